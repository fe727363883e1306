import type { Binding } from '../../domain/binding.ts';
import type { Waiting } from '../../domain/message.ts';
import { escapeUser } from './headers.ts';
import type { Legs } from './legs.ts';
import { routeTo } from './outgoing.ts';
import { sendRequest } from './wire.ts';

/** What a line's lamp shows, and as whose account. */
export interface Lamp {
  readonly extension: string;
  readonly realm: string;
  readonly waiting: Waiting;
}

/** RFC 3842 §5.2: the body that says how many messages wait, new before old, the urgent ones in brackets. */
export function messageSummary({ extension, realm, waiting }: Lamp): string {
  const { unread, read, urgentUnread, urgentRead } = waiting;
  return [
    `Messages-Waiting: ${unread > 0 ? 'yes' : 'no'}`,
    `Message-Account: sip:${escapeUser(extension)}@${realm}`,
    `Voice-Message: ${unread}/${read} (${urgentUnread}/${urgentRead})`,
    '',
  ].join('\r\n');
}

/** Tells one phone, unasked: most phones never subscribe. Whether it answers does not matter: it is told again at the next change. */
export function lightLamp(legs: Legs, binding: Binding, lamp: Lamp): void {
  const seconds = Math.max(0, Math.ceil((binding.expiresAt - legs.now()) / 1_000));
  const account = `<sip:${escapeUser(lamp.extension)}@${lamp.realm}>`;
  sendRequest(
    legs.srf,
    {
      method: 'NOTIFY',
      uri: binding.contact,
      proxy: routeTo(binding),
      headers: {
        From: account,
        To: account,
        'Max-Forwards': '70',
        Event: 'message-summary',
        'Subscription-State': `active;expires=${seconds}`,
        'Content-Type': 'application/simple-message-summary',
      },
      body: messageSummary(lamp),
    },
    { failed: () => {} },
  );
}
