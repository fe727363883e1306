import { describe, expect, it } from 'vitest';
import { Dialog } from '../../../src/protocol/sip/dialog.ts';
import { parse, type SipMessage } from '../../../src/protocol/sip/message.ts';

function read(start: string, ...lines: string[]): SipMessage {
  const message = parse(`${start}\r\n${lines.join('\r\n')}\r\n\r\n`);
  if (message === undefined) throw new Error('not read');
  return message;
}

const invite = read(
  'INVITE sip:b@192.0.2.1 SIP/2.0',
  'From: "A" <sip:a@example.com>;tag=1',
  'To: <sip:b@example.com>',
  'Call-ID: c',
  'CSeq: 7 INVITE',
  'Contact: <sip:a@192.0.2.2>',
  'Record-Route: <sip:p1.example.com;lr>, <sip:p2.example.com;lr>',
);

describe('a dialog', () => {
  it('takes the routes in order when it answers (RFC 3261 §12.1.1)', () => {
    const dialog = Dialog.answering(invite, '2', 1);
    expect(dialog.target()).toEqual({
      uri: 'sip:a@192.0.2.2',
      routes: ['<sip:p1.example.com;lr>', '<sip:p2.example.com;lr>'],
      hop: 'sip:p1.example.com;lr',
    });
    expect([dialog.local, dialog.remote, dialog.remoteTag]).toEqual([
      '<sip:b@example.com>;tag=2',
      '"A" <sip:a@example.com>;tag=1',
      '1',
    ]);
  });

  const asking = (): Dialog =>
    new Dialog({
      role: 'uac',
      callId: 'c',
      localTag: '1',
      remoteTag: undefined,
      local: '<sip:a@example.com>;tag=1',
      remote: '<sip:b@example.com>',
      localSeq: 7,
      remoteTarget: 'sip:b@192.0.2.1',
      routeSet: [],
    });
  const answer = (status: string, tag: string, ...more: string[]): SipMessage =>
    read(
      `SIP/2.0 ${status}`,
      `To: <sip:b@example.com>;tag=${tag}`,
      'From: <sip:a@example.com>;tag=1',
      'Call-ID: c',
      ...more,
    );

  it('takes them in reverse when it asks (RFC 3261 §12.1.2)', () => {
    const dialog = asking();
    dialog.takeResponse(
      answer('200 OK', '9', 'Contact: <sip:b@192.0.2.9>', 'Record-Route: <sip:x;lr>', 'Record-Route: <sip:y;lr>'),
    );
    expect(dialog.routeSet).toEqual(['<sip:y;lr>', '<sip:x;lr>']);
    expect([dialog.state, dialog.remoteTag, dialog.remote]).toEqual(['confirmed', '9', '<sip:b@example.com>;tag=9']);
  });

  it('follows a fork while it is early and no longer when it is confirmed', () => {
    const dialog = asking();
    dialog.takeResponse(answer('180 Ringing', '8', 'Contact: <sip:b@192.0.2.8>'));
    dialog.takeResponse(answer('200 OK', '9', 'Contact: <sip:b@192.0.2.9>'));
    dialog.takeResponse(answer('200 OK', '8', 'Contact: <sip:b@192.0.2.8>'));
    expect([dialog.remoteTag, dialog.remoteTarget]).toEqual(['9', 'sip:b@192.0.2.9']);
  });

  it('puts the remote target last when the first route is strict (RFC 3261 §12.2.1.1)', () => {
    const dialog = asking();
    dialog.takeResponse(answer('200 OK', '9', 'Contact: <sip:b@192.0.2.9>', 'Record-Route: <sip:old.example.com>'));
    expect(dialog.target()).toEqual({
      uri: 'sip:old.example.com',
      routes: ['<sip:b@192.0.2.9>'],
      hop: 'sip:old.example.com',
    });
  });

  it('moves with a new Contact (RFC 3261 §12.2.2)', () => {
    const dialog = Dialog.answering(invite, '2', 1);
    dialog.refreshTarget(read('UPDATE sip:b SIP/2.0', 'Contact: "A" <sip:a@192.0.2.77>;x=1, <sip:other@192.0.2.78>'));
    expect(dialog.remoteTarget).toBe('sip:a@192.0.2.77');
  });
});
