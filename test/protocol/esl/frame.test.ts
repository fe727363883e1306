import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EslReader } from '../../../src/protocol/esl/frame.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const lines = (result: ReturnType<EslReader['push']>) =>
  typeof result === 'string' ? result : result.map(({ line }) => line);

const execute = [
  'sendmsg 97047678-5a4c-445b-86d2-efdabffedb77',
  'call-command: execute',
  'execute-app-name: playback',
  'execute-app-arg: /sounds/héllo: x.wav',
  'Event-UUID: 1',
  '',
  '',
];

describe('the event socket, as commands', () => {
  it.each(['\n', '\r\n'])('reads a command with headers, lines ending in %j', (end) => {
    const result = new EslReader().push(bytes(execute.join(end)));
    expect(lines(result)).toEqual([execute[0]]);
    const [command] = typeof result === 'string' ? [] : result;
    expect(command?.headers.get('execute-app-arg')).toBe('/sounds/héllo: x.wav');
    expect(command?.headers.get('event-uuid')).toBe('1');
  });

  it('reads the same octet by octet, and many at once', () => {
    const text = `${execute.join('\n')}api status\n\nsendmsg x\ncontent-length: 5\n\nhéll`;
    const reader = new EslReader();
    const one = [...bytes(text)].flatMap((byte) => lines(reader.push(Uint8Array.of(byte))));
    expect(one).toEqual([execute[0], 'api status', 'sendmsg x']);
    expect(lines(new EslReader().push(bytes(text)))).toEqual(one);
  });

  it('reads a body by its length in octets', () => {
    const result = new EslReader().push(bytes('sendmsg x\ncontent-length: 6\n\né\n\nab' + 'api status\n\n'));
    expect(typeof result === 'string' ? result : result.map(({ body }) => body)).toEqual(['é\n\nab', '']);
  });

  it('is the end of a connection that never ends its block, claims too long a body, or sends too many headers', () => {
    expect(new EslReader().push(bytes('x'.repeat(70_000)))).toBeTypeOf('string');
    expect(new EslReader().push(bytes('x\ncontent-length: 999999\n\n'))).toBeTypeOf('string');
    expect(new EslReader().push(bytes('x\ncontent-length: -1\n\n'))).toBeTypeOf('string');
    const many = Array.from({ length: 201 }, (_, i) => `h${i}: x`).join('\n');
    expect(new EslReader().push(bytes(`x\n${many}\n\n`))).toBeTypeOf('string');
  });

  it('never throws, whatever the octets and however they are cut', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 })), (pieces) => {
        const reader = new EslReader();
        for (const piece of pieces) if (typeof reader.push(piece) === 'string') return;
      }),
    );
  });
});
