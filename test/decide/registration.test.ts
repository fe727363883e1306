import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  applyRegister,
  contactGroups,
  currentContacts,
  type RegisterPolicy,
  type RegisterRequest,
  type RequestedContact,
} from '../../src/decide/registration.ts';
import { sameContact } from '../../src/decide/same-contact.ts';
import type { Binding } from '../../src/domain/binding.ts';
import type { LineId } from '../../src/domain/ids.ts';

const NOW = 1_000_000;
const policy: RegisterPolicy = { secondsAtLeast: 60, secondsAtMost: 3600, seconds: 300, contactsAtMost: 3 };
const desk: RequestedContact = { uri: 'sip:4101@10.1.0.5:5060' };
const laptop: RequestedContact = { uri: 'sip:4101@10.1.0.9:40000;transport=tcp' };

function register(said: Partial<RegisterRequest> = {}): RegisterRequest {
  return {
    line: '4101' as LineId,
    callId: 'a@desk',
    cseq: 1,
    contacts: [desk],
    path: [],
    outbound: false,
    received: { address: '10.1.0.5', port: 5060, transport: 'udp' },
    ...said,
  };
}

const apply = (bindings: readonly Binding[], said: Partial<RegisterRequest> = {}, at = NOW) =>
  applyRegister(bindings, register(said), policy, at);
const both = (): readonly Binding[] => apply(apply([]).bindings, { contacts: [laptop], callId: 'b@laptop' }).bindings;

describe('a phone registers', () => {
  it('is bound for as long as is usual, and told so', () => {
    const { bindings, reply } = apply([]);
    expect(bindings).toEqual([
      {
        line: '4101',
        contact: desk.uri,
        q: 1000,
        callId: 'a@desk',
        cseq: 1,
        expiresAt: NOW + 300_000,
        received: { address: '10.1.0.5', port: 5060, transport: 'udp' },
        path: [],
      },
    ]);
    expect(reply).toEqual({
      sip: 200,
      contacts: [{ uri: desk.uri, seconds: 300, q: 1000 }],
      path: [],
      outbound: false,
    });
  });

  it('gets its own expires before the request’s, and never more than the most (RFC 3261 §10.3 step 7)', () => {
    const { reply } = apply([], { contacts: [{ ...desk, seconds: 120 }, laptop], seconds: 90_000 });
    expect(reply).toMatchObject({ contacts: [{ seconds: 120 }, { seconds: 3600 }] });
  });

  it.each([Number.NaN, -1, Number.POSITIVE_INFINITY])('takes an expires of %d for none at all', (seconds) => {
    expect(apply([], { contacts: [{ ...desk, seconds }] }).reply).toMatchObject({ contacts: [{ seconds: 300 }] });
  });

  it('is told the least when it asks for less (RFC 3261 §21.4.17)', () => {
    const refused = apply([], { seconds: 30 });
    expect(refused).toEqual({ bindings: [], reply: { sip: 423, says: 'Interval Too Brief', minExpires: 60 } });
  });

  it('keeps the order of preference it gives its contacts', () => {
    const { bindings } = apply([], {
      contacts: [
        { ...desk, q: 300 },
        { ...laptop, q: 900 },
      ],
    });
    expect(currentContacts(bindings, NOW).map(({ contact }) => contact)).toEqual([laptop.uri, desk.uri]);
    expect(currentContacts(bindings, NOW + 300_000)).toEqual([]);
  });

  it('is rung with those it likes as much, before those it likes less (RFC 3261 §16.6)', () => {
    const { bindings } = apply([], {
      contacts: [desk, laptop, { uri: 'sip:4101@192.0.2.30' }].map((one, index) => ({
        ...one,
        q: index === 1 ? 900 : 300,
      })),
    });
    const groups = contactGroups(bindings).map((group) => group.map(({ contact }) => contact));
    expect(groups).toEqual([[laptop.uri], [desk.uri, 'sip:4101@192.0.2.30']]);
    expect(contactGroups([])).toEqual([]);
  });

  it('has its path kept and given back (RFC 3327 §5.3)', () => {
    const path = ['<sip:edge.example;lr>'];
    const { bindings, reply } = apply([], { path });
    expect(bindings[0]?.path).toEqual(path);
    expect(reply).toMatchObject({ path });
  });
});

describe('a phone registers again, or leaves', () => {
  it('asks what is bound without changing anything (RFC 3261 §10.2.3)', () => {
    const { bindings, reply } = apply(both(), { contacts: [] }, NOW + 10_500);
    expect(bindings).toEqual(both());
    expect(reply).toMatchObject({ sip: 200, contacts: [{ seconds: 290 }, { seconds: 290 }] });
  });

  it('renews its binding, and does not double it', () => {
    const { bindings } = apply(apply([]).bindings, { cseq: 2 }, NOW + 100_000);
    expect(bindings).toHaveLength(1);
    expect(bindings[0]).toMatchObject({ cseq: 2, expiresAt: NOW + 400_000 });
  });

  it('leaves by an expiry of zero, and only with that contact', () => {
    const { bindings, reply } = apply(both(), { contacts: [{ ...desk, seconds: 0 }], cseq: 2 });
    expect(bindings.map(({ contact }) => contact)).toEqual([laptop.uri]);
    expect(reply).toMatchObject({ sip: 200, contacts: [{ uri: laptop.uri }] });
  });

  it('leaves with everything by *, which goes with an expiry of zero only (RFC 3261 §10.3 step 6)', () => {
    expect(apply(both(), { contacts: '*', seconds: 0, cseq: 2 })).toMatchObject({
      bindings: [],
      reply: { sip: 200, contacts: [] },
    });
    expect(apply(both(), { contacts: '*', seconds: 60, cseq: 2 })).toMatchObject({
      bindings: both(),
      reply: { sip: 400 },
    });
    expect(apply(both(), { contacts: '*', cseq: 2 })).toMatchObject({ bindings: both(), reply: { sip: 400 } });
  });

  it('does not undo what a later request of the same phone has done (RFC 3261 §10.3)', () => {
    const { bindings } = apply([], { cseq: 7 });
    for (const said of [
      { cseq: 7 },
      { cseq: 6, contacts: [{ ...desk, seconds: 0 }] },
      { cseq: 5, contacts: '*', seconds: 0 },
    ] as const) {
      expect(apply(bindings, said)).toMatchObject({ bindings, reply: { sip: 500 } });
    }
    expect(apply(bindings, { cseq: 1, callId: 'after-restart' })).toMatchObject({ reply: { sip: 200 } });
  });

  it('changes all or nothing', () => {
    const { bindings } = apply([], { cseq: 7 });
    const half = apply(bindings, { cseq: 7, contacts: [{ uri: 'sip:4101@10.9.9.9' }, desk] });
    expect(half).toEqual({ bindings, reply: expect.objectContaining({ sip: 500 }) });
  });

  it('is forgotten when its time is over', () => {
    expect(apply(apply([]).bindings, { contacts: [] }, NOW + 300_000)).toMatchObject({
      bindings: [],
      reply: { contacts: [] },
    });
  });
});

describe('one phone, another flow (RFC 5626 §6)', () => {
  const flow = (uri: string, regId: number): RequestedContact => ({ uri, instance: '<urn:uuid:1>', regId });

  it('replaces the flow it had under another address', () => {
    const before = apply([], { outbound: true, contacts: [flow('sip:4101@10.1.0.5:1000', 1)] }).bindings;
    const { bindings, reply } = apply(before, {
      outbound: true,
      contacts: [flow('sip:4101@10.1.0.5:2000', 1)],
      callId: 'c',
    });
    expect(bindings.map(({ contact }) => contact)).toEqual(['sip:4101@10.1.0.5:2000']);
    expect(reply).toMatchObject({ outbound: true, contacts: [{ instance: '<urn:uuid:1>', regId: 1 }] });
  });

  it('keeps two flows of one phone apart by their reg-id', () => {
    const before = apply([], { outbound: true, contacts: [flow('sip:4101@10.1.0.5:1000', 1)] }).bindings;
    expect(
      apply(before, { outbound: true, contacts: [flow('sip:4101@10.1.0.5:2000', 2)], callId: 'c' }).bindings,
    ).toHaveLength(2);
  });

  it('refuses two flows in one request', () => {
    const contacts = [flow('sip:4101@10.1.0.5:1000', 1), flow('sip:4101@10.1.0.5:2000', 2)];
    expect(apply([], { outbound: true, contacts }).reply).toMatchObject({ sip: 400 });
  });

  it('goes by the address when the phone does not say that it speaks outbound', () => {
    const before = apply([], { contacts: [flow('sip:4101@10.1.0.5:1000', 1)] }).bindings;
    expect(before[0]).not.toHaveProperty('regId');
    expect(apply(before, { contacts: [flow('sip:4101@10.1.0.5:2000', 1)], callId: 'c' }).bindings).toHaveLength(2);
  });
});

describe('how many contacts a line has', () => {
  const contact = (port: number): RequestedContact => ({ uri: `sip:4101@10.1.0.5:${port}` });

  it('a phone that comes back on a new port pushes out its oldest ghost', () => {
    let bindings: readonly Binding[] = [];
    for (const port of [1, 2, 3, 4]) {
      bindings = apply(bindings, { contacts: [contact(port)], callId: `call-${port}` }, NOW + port * 1000).bindings;
    }
    expect(bindings.map((binding) => binding.contact)).toEqual([2, 3, 4].map((port) => contact(port).uri));
  });

  it('a request for more than the line may have is refused', () => {
    expect(apply([], { contacts: [1, 2, 3, 4].map(contact) })).toMatchObject({ bindings: [], reply: { sip: 403 } });
  });

  it('is never more than the line may have, whatever comes', () => {
    const anyRegister = fc.record({
      callId: fc.constantFrom('a', 'b', 'c'),
      cseq: fc.nat(20),
      contacts: fc.oneof(
        fc.constant('*' as const),
        fc.array(
          fc.record({
            uri: fc.constantFrom('sip:a@h', 'sip:b@h', 'sip:c@h', ''),
            seconds: fc.integer({ min: -1, max: 5000 }),
          }),
          {
            maxLength: 5,
          },
        ),
      ),
      outbound: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(anyRegister, { maxLength: 12 }), (requests) => {
        let bindings: readonly Binding[] = [];
        requests.forEach((said, index) => {
          const after = apply(bindings, said, NOW + index * 1000);
          if (after.reply.sip !== 200) expect(after.bindings).toEqual(currentlyOf(bindings, NOW + index * 1000));
          else expect(after.reply.contacts).toHaveLength(after.bindings.length);
          bindings = after.bindings;
          expect(bindings.length).toBeLessThanOrEqual(policy.contactsAtMost);
          expect(new Set(bindings.map((binding) => binding.contact)).size).toBe(bindings.length);
        });
      }),
    );
  });

  const currentlyOf = (bindings: readonly Binding[], at: number) => bindings.filter(({ expiresAt }) => expiresAt > at);
});

describe('two contacts are one address (RFC 3261 §19.1.4)', () => {
  it.each([
    ['sip:4101@HOST.example', 'SIP:4101@host.EXAMPLE'],
    ['sip:4101@host;transport=tcp;ob', 'sip:4101@host;ob;transport=TCP'],
    ['sip:host', 'sip:HOST'],
  ])('%s and %s', (a, b) => {
    expect(sameContact(a, b)).toBe(true);
  });

  it.each([
    ['sip:Alice@host', 'sip:alice@host'],
    ['sip:4101@host', 'sip:4101@host:5060'],
    ['sip:4101@host', 'sip:4101@host;transport=tcp'],
    ['sip:4101@host', 'sips:4101@host'],
    ['sip:host', 'sip:x@host'],
  ])('%s and %s are not', (a, b) => {
    expect(sameContact(a, b)).toBe(false);
  });
});
