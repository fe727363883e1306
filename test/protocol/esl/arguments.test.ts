import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  readAssignments,
  readConferenceArgument,
  readDigitsArgument,
  readDigitsToSend,
  readFileArgument,
  readRecordArgument,
} from '../../../src/protocol/esl/arguments.ts';
import { EslReader } from '../../../src/protocol/esl/frame.ts';
import { expandVariables, readChannelMessage } from '../../../src/protocol/esl/message.ts';

function message(text: string) {
  const commands = new EslReader().push(new TextEncoder().encode(`sendmsg u\n${text}\n\n`));
  const [command] = typeof commands === 'string' ? [] : commands;
  if (command === undefined) throw new Error('no command');
  return readChannelMessage(command, () => 'made-here');
}

describe('arguments of applications', () => {
  it('name a file, and where in it to begin', () => {
    expect(readFileArgument('/a/b.wav@@8000')).toEqual({ file: '/a/b.wav', offset: 8000 });
    expect(readFileArgument(' {loops=2}{x=y}tone_stream://%(1,1,1) ')).toEqual({
      file: 'tone_stream://%(1,1,1)',
      offset: 0,
    });
    expect(readFileArgument('a@@x.wav')).toEqual({ file: 'a@@x.wav', offset: 0 });
  });

  it('describe the collection of digits, within limits', () => {
    expect(readDigitsArgument('1 4 3 200 # a.wav b.wav pin \\d+ 500')).toEqual({
      min: 1,
      max: 4,
      tries: 3,
      timeoutMs: 1000,
      terminators: '#',
      prompt: 'a.wav',
      invalidPrompt: 'b.wav',
      variable: 'pin',
      pattern: '\\d+',
      digitTimeoutMs: 500,
    });
    expect(readDigitsArgument('9 999 0 x # a b v')).toMatchObject({
      min: 9,
      max: 128,
      tries: 1,
      timeoutMs: 1000,
      pattern: '',
    });
    expect(readDigitsArgument('1 2 3')).toBeUndefined();
  });

  it('describe a recording; silence lasts 3 s when nothing is said', () => {
    expect(readRecordArgument('/tmp/a.wav 20 200')).toEqual({
      file: '/tmp/a.wav',
      limitSeconds: 20,
      threshold: 200,
      silenceSeconds: 3,
    });
    expect(readRecordArgument('/tmp/a.wav')).toMatchObject({ limitSeconds: 0, threshold: 0 });
    expect(readRecordArgument('  ')).toBeUndefined();
  });

  it('assign several variables at once', () => {
    expect(readAssignments('^^^a=1 2^b=^c')).toEqual([
      { name: 'a', value: '1 2' },
      { name: 'b', value: '' },
      { name: 'c', value: '' },
    ]);
    expect(readAssignments('a=1 b=2').length).toBe(2);
  });

  it('name a conference, with profile, pin and flags', () => {
    expect(readConferenceArgument('room@default++flags{endconf|mute}')).toEqual({
      name: 'room',
      pin: '',
      flags: ['endconf', 'mute'],
    });
    expect(readConferenceArgument('room@default+1234+flags{}')).toEqual({ name: 'room', pin: '1234', flags: [] });
    expect(readConferenceArgument('room')).toEqual({ name: 'room', pin: '', flags: [] });
    expect(readConferenceArgument('@default')).toBeUndefined();
  });

  it('send digits for so long', () => {
    expect(readDigitsToSend('12#@250')).toEqual({ keys: '12#', durationMs: 250 });
    expect(readDigitsToSend('5')).toEqual({ keys: '5', durationMs: 100 });
  });

  it('never throw, whatever the text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        readFileArgument(text);
        readDigitsArgument(`${text} 1 2 3 4 5 6 7`);
        readRecordArgument(text);
        readAssignments(text);
        readConferenceArgument(text);
        readDigitsToSend(text);
      }),
    );
  });
});

describe('messages to a channel', () => {
  it('execute an application, under the name the client gave', () => {
    expect(
      message('call-command: execute\nexecute-app-name: set\nexecute-app-arg: a=b\nEvent-UUID: 7\nevent-lock: true'),
    ).toEqual({
      is: 'execute',
      execute: { application: 'set', argument: 'a=b', id: '7', isLocked: true },
    });
  });

  it('take the argument from the body, and a name made here, where there is none', () => {
    expect(message('call-command: execute\nexecute-app-name: set\ncontent-length: 3\n\na=b')).toMatchObject({
      execute: { argument: 'a=b', id: 'made-here' },
    });
  });

  it('hang up with a cause', () => {
    expect(message('call-command: hangup')).toEqual({ is: 'hangup', cause: 'NORMAL_CLEARING' });
  });

  it('may be unknown', () => {
    expect(message('call-command: nomedia').is).toBe('unknown');
    expect(message('call-command: execute').is).toBe('unknown');
  });

  it('have variables put in once: a value is not expanded again, and calls no function', () => {
    const variable = (name: string) => `$\{${name}}`;
    const values: Record<string, string> = { a: '1', evil: variable('a') };
    const text = ['a', 'none', 'evil', 'system(rm)'].map(variable).join(' ');
    expect(expandVariables(`x ${text} $a`, (name) => values[name])).toBe(`x 1  ${variable('a')}  $a`);
  });
});
