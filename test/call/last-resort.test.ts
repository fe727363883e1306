import { describe, expect, it } from 'vitest';
import { takeCall } from '../../src/call/path.ts';
import type { MailboxId } from '../../src/domain/ids.ts';
import { buildConfig } from '../support/build-config.ts';
import { incoming } from '../support/calls.ts';
import { beauvoirFiles } from '../support/town.ts';
import { fakeWorld, type Town } from './fake-world.ts';

const citizen = '+33639980001';
const operator = { address: '192.0.2.1', port: 5060, transport: 'udp' } as const;
const busy = { after: 0.1, does: 'fail', sip: 486 } as const;

/** A citizen calls a hotline whose only member is busy. */
async function play(to: string, script: Partial<Town>, withheld = false) {
  const block = {
    name: 'Accueil',
    site: 'mairie',
    numbers: ['+33199005000'],
    members: ['4101'],
    mailbox: { messagesAtMost: 1, missedCalls: true, notify: ['accueil@example.org'] },
    overflow: [{ to }],
  };
  const config = buildConfig({ ...beauvoirFiles, services: { accueil: block } } as never);
  const fake = fakeWorld({ legsOf: () => [[busy]], config, ...script });
  const box = config.mailboxes.get('accueil' as MailboxId);
  if (box === undefined) throw new Error('there is no mailbox');
  const claims = { from: citizen, asserted: citizen };
  const call = incoming({ dialled: '+33199005000', source: operator, claims, withheld });
  const begin = async () => {
    const ended = takeCall(call, fake.caller, config, fake.world);
    await fake.clock.run(600);
    await ended;
    return fake.closed[0];
  };
  return { ...fake, box, begin };
}

describe('a last resort that cannot be carried out', () => {
  it.each(['call-back', 'mailbox'])(
    'for want of a media server: %s. Whoever is known is to be called back',
    async (to) => {
      const call = await play(to, {});
      expect(await call.begin()).toMatchObject({
        unserved: { is: 'service', service: 'accueil' },
        outcome: { is: 'refused' },
      });
      expect(call.faults).toEqual([]);
    },
  );

  it.each(['call-back', 'mailbox'])(
    'for want of a media server: %s. Whoever is not known is lost, and it alarms',
    async (to) => {
      const call = await play(to, {}, true);
      expect(await call.begin()).toMatchObject({ outcome: { is: 'our fault' } });
      expect(call.faults).toHaveLength(1);
    },
  );

  it('for the mailbox is full of messages that nobody has heard: they are told so, and to be called back', async () => {
    const call = await play('mailbox', { voice: { leaves: 100 } });
    const first = await call.mailboxes.begin(call.box, {}, 'before');
    if (typeof first === 'object') await first.keep({ seconds: 5, urgent: false });
    expect(await call.begin()).toMatchObject({
      unserved: { is: 'service', service: 'accueil' },
      outcome: { what: 'mailbox.full' },
    });
  });
});

describe('a hotline whose caller nobody took, and who was told so', () => {
  it('is told of the missed call', async () => {
    const call = await play('goodbye', { voice: { leaves: 100 } });
    expect(await call.begin()).toMatchObject({ outcome: { is: 'told and released' } });
    expect(call.mailboxes.told).toEqual(['posted']);
  });

  it('is told once of who was at its mailbox', async () => {
    const call = await play('mailbox', { voice: { leaves: 4 } });
    expect(await call.begin()).toMatchObject({ outcome: { is: 'caller gone', during: 'message' } });
    expect(call.mailboxes.told).toEqual(['posted']);
  });
});
