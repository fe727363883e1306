import { describe, expect, it } from 'vitest';
import { Leaving } from '../../src/domain/gone.ts';

describe('somebody who leaves', () => {
  it('tells everybody who listens once, with the first reason', () => {
    const told: unknown[] = [];
    const leaving = new Leaving();
    leaving.addEventListener('abort', () => told.push(leaving.reason));
    leaving.leave('hung up');
    leaving.leave('exchange stops');
    expect([leaving.aborted, told]).toEqual([true, ['hung up']]);
  });

  it('does not tell whom another has taken out meanwhile', () => {
    const told: string[] = [];
    const leaving = new Leaving();
    const second = (): void => void told.push('second');
    leaving.addEventListener('abort', () => {
      told.push('first');
      leaving.removeEventListener('abort', second);
    });
    leaving.addEventListener('abort', second);
    leaving.leave('hung up');
    expect(told).toEqual(['first']);
  });
});
