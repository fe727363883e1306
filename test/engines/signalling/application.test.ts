import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Application } from '../../../src/engines/signalling/application.ts';

/** The engine's end of a connection, with what was written on it, write by write. */
function connected() {
  const writes: string[] = [];
  const socket = Object.assign(new EventEmitter(), {
    writableLength: 0,
    setNoDelay: () => undefined,
    setKeepAlive: () => undefined,
    write: (bytes: string) => writes.push(bytes),
    destroy: () => undefined,
    end: () => undefined,
  });
  const user = { frame: () => undefined, gone: () => undefined, large: () => undefined };
  const limits = { frameBytes: 65_536, queueBytes: 1_048_576 };
  return { app: new Application(socket as unknown as Socket, user, limits), writes };
}

/** Each frame of these tests is a word, a number and a full stop. */
const framesOf = (write: string): string[] => [...write.matchAll(/#([a-z]+\d+)\./g)].map((found) => found[1] ?? '');

describe('frames to an application', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => vi.useRealTimers());

  it('of one turn of the event loop leave in one write', () => {
    const { app, writes } = connected();
    app.send('one1.');
    app.send('two2.');
    vi.runAllTimers();
    expect(writes).toEqual(['5#one1.5#two2.']);
  });

  it('about an answer leave after it, in two writes however many calls there are', () => {
    const { app, writes } = connected();
    for (let call = 0; call < 200; call += 1) app.sendAfter(app.send(`answer${call}.`), `news${call}.`);
    vi.runAllTimers();
    expect(writes.map(framesOf)).toEqual([
      Array.from({ length: 200 }, (_, call) => `answer${call}`),
      Array.from({ length: 200 }, (_, call) => `news${call}`),
    ]);
  });

  it('leave in the order of their dialog: an answer waits behind news', () => {
    const { app, writes } = connected();
    const answer = app.send('answer1.');
    const told = app.sendAfter(answer, 'news1.');
    app.send('answer2.', told);
    vi.runAllTimers();
    expect(writes.map(framesOf)).toEqual([['answer1'], ['news1', 'answer2']]);
  });

  it('that refuse something overtake nothing', () => {
    const { app, writes } = connected();
    app.sendAfter(app.send('answer1.'), 'news1.');
    app.sendLast('refusal1.');
    vi.runAllTimers();
    expect(writes.map(framesOf)).toEqual([['answer1'], ['news1', 'refusal1']]);
  });

  it('that nobody waits for go with the next one, before it', () => {
    const { app, writes } = connected();
    app.hold('held1.');
    vi.advanceTimersByTime(50);
    expect(writes).toEqual([]);
    app.send('news1.');
    vi.runAllTimers();
    expect(writes.map(framesOf)).toEqual([['held1', 'news1']]);
  });

  it('that nobody waits for do not overtake what leaves already', () => {
    const { app, writes } = connected();
    app.hold('held1.');
    app.send('news1.');
    app.hold('held2.');
    vi.runAllTimers();
    expect(writes.map(framesOf)).toEqual([['held1', 'news1', 'held2']]);
  });

  it('that nobody waits for go by themselves after a moment', () => {
    const { app, writes } = connected();
    app.hold('held1.');
    vi.advanceTimersByTime(150);
    expect(writes.map(framesOf)).toEqual([['held1']]);
  });
});
