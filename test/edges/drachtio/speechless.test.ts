import { describe, expect, it } from 'vitest';
import { Speechless } from '../../../src/edges/drachtio/speechless.ts';

function listening() {
  const told: string[] = [];
  const speechless = new Speechless((userAgent) => told.push(userAgent));
  const ask = (times: number, userAgent = 'Old 1', source = '192.0.2.1'): void => {
    for (let count = 0; count < times; count += 1) speechless.challenged(source, userAgent);
  };
  return { told, speechless, ask };
}

describe('a phone that is asked for a password and never answers', () => {
  it('is told of once, and its like elsewhere not again', () => {
    const { told, ask } = listening();
    ask(4);
    expect(told).toEqual([]);
    ask(20);
    ask(20, 'Old 1', '192.0.2.2');
    expect(told).toEqual(['Old 1']);
    ask(5, 'Old 2');
    expect(told).toEqual(['Old 1', 'Old 2']);
  });

  it('is none when it answers now and then', () => {
    const { told, speechless, ask } = listening();
    for (let round = 0; round < 5; round += 1) {
      ask(3);
      speechless.answered('192.0.2.1', 'Old 1');
    }
    expect(told).toEqual([]);
  });

  it('cannot fill the log or the memory by changing its name', () => {
    const { told, ask } = listening();
    for (let name = 0; name < 3_000; name += 1) ask(5, `scanner ${name} ${'x'.repeat(200)}`);
    expect(told).toHaveLength(100);
    expect(Math.max(...told.map((name) => name.length))).toBe(60);
  });
});
