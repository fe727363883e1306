import { describe, expect, it } from 'vitest';
import { createLog } from '../../src/telemetry/log.ts';
import { TelemetryOptions } from '../../src/telemetry/options.ts';
import { masked, maskedInText, pii } from '../../src/telemetry/pii.ts';
import { prettyLine } from '../../src/telemetry/pretty.ts';

type Level = TelemetryOptions['log']['level'];

/** A log into an array; each line is read back as JSON, which fails when it is not one line of JSON. */
function record(level: Level = 'trace', pretty: 'always' | 'never' = 'never') {
  const lines: string[] = [];
  const options = TelemetryOptions.parse({ log: { level, pretty } });
  const { log } = createLog(options.log, { write: (line: string) => void lines.push(line) });
  return { log, lines, read: () => lines.map((line) => JSON.parse(line)) };
}

describe('a line of the log', () => {
  it('bears the call’s id, through a child', () => {
    const { log, read } = record();
    log.child({ call: 'abc' }).info({ site: 'mairie' }, 'a call comes in');
    expect(read()).toMatchObject([{ level: 'info', call: 'abc', site: 'mairie', msg: 'a call comes in' }]);
  });

  it('says when it was written, in UTC', () => {
    const { log, read } = record();
    log.info({}, 'now');
    expect(read()[0].time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  it('is one line of JSON, whatever the caller sends', () => {
    const { log, lines, read } = record();
    const nasty = 'a\r\n{"level":"fatal"}\u001b[2J\u0000"\\\u009b31m\u007f\u2028\u2029\ud800é🔔';
    log.child({ agent: nasty }).warn({ reason: nasty, [nasty]: 1, deep: { name: nasty } }, nasty);
    expect(lines).toHaveLength(1);
    expect([...(lines[0] ?? '')].filter(isControl)).toEqual(['\n']);
    expect(read()[0]).toMatchObject({ level: 'warn', agent: nasty, reason: nasty, msg: nasty });
  });

  it.each(['info', 'warn', 'error', 'fatal'] as const)('hides numbers at level %s', (level) => {
    const { log, lines } = record();
    log[level](
      { from: pii('+33199004101'), legs: [{ to: pii('sip:4102@192.0.2.1') }] },
      'a call from +33199004101 to 0199004102',
    );
    expect(lines.join()).not.toMatch(/4101|4102/);
    expect(lines.join()).toContain('+3319900****');
  });

  it.each(['debug', 'trace'] as const)('shows numbers at level %s', (level) => {
    const { log, read } = record();
    log[level]({ from: pii('+33199004101') }, 'a call from +33199004101');
    expect(read()[0]).toMatchObject({ from: '+33199004101', msg: 'a call from +33199004101' });
  });

  it('hides a number in an error’s message and stack', () => {
    const { log, lines } = record();
    log.error({ err: new Error('cannot reach +33199004101') }, 'failed');
    expect(lines.join()).not.toContain('4101');
    expect(lines.join()).toContain('log.test.ts');
  });

  it.each(['password', 'Authorization', 'api_key', 'ha1', 'token'])('never tells what is called %s', (name) => {
    const { log, lines } = record();
    log.debug({ [name]: 'hunter2', inside: { [name]: 'hunter2' } }, 'secret');
    expect(lines.join()).not.toContain('hunter2');
  });

  it('has a limit to its length, width and depth', () => {
    const { log, lines } = record();
    const deep: Record<string, unknown> = {};
    deep['again'] = deep;
    log.info({ long: 'x'.repeat(1_000_000), wide: new Array(100_000).fill('y'), deep }, 'too much');
    expect(lines[0]?.length).toBeLessThan(5_000);
  });

  it('is not written below the level asked for', () => {
    const { log, lines } = record('warn');
    log.info({}, 'not heard');
    expect(lines).toEqual([]);
  });
});

describe('a line for people', () => {
  it('is text on one line, and cannot move the cursor', () => {
    const { log, lines } = record('info');
    log.info({ call: 'abc', agent: 'x\u001b[2J\r\ny' }, 'a call\ncomes in');
    const text = prettyLine(lines.join(''), false);
    expect(text).toMatch(/^\d\d:\d\d:\d\d\.\d{3} info {2}a call\\ncomes in call=abc agent=x\\u001b\[2J\\u000d\\ny\n$/);
  });

  it('shows the stack of an error', () => {
    const { log, lines } = record('info', 'always');
    log.error({ err: new Error('broken') }, 'failed');
    expect(lines.join('')).toMatch(/Error: broken\n\s+at /);
  });
});

function isControl(character: string): boolean {
  const code = character.charCodeAt(0);
  return code < 0x20 || (code >= 0x7f && code <= 0x9f) || code === 0x2028 || code === 0x2029;
}

describe('the mask', () => {
  it.each([
    ['+33199004101', '+3319900****'],
    ['0199004101', '019900****'],
    ['4101', '41**'],
    ['101', '1**'],
    ['15', '15'],
    ['*21*0612345678#', '*21*061234****#'],
    ['sip:4101@192.0.2.1:5060', 'sip:41**@192.0.2.1:5060'],
  ])('makes %s %s', (clear, hidden) => {
    expect(masked(clear)).toBe(hidden);
  });

  it('leaves times, counts and addresses in a text alone', () => {
    const text = 'at 1795464241092, 10.20.30.40:5060, 120000 ms, id 3f00a1b2';
    expect(maskedInText(text)).toBe(text);
  });
});
