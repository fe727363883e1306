import { describe, expect, it } from 'vitest';
import type { RegisterRequest } from '../../src/decide/registration.ts';
import type { Binding } from '../../src/domain/binding.ts';
import type { LineId } from '../../src/domain/ids.ts';
import { createRegistrar } from '../../src/registrar/path.ts';

const line = '4101' as LineId;
const policy = { secondsAtLeast: 60, secondsAtMost: 3600, seconds: 300, contactsAtMost: 5 };

function registers(port: number, cseq: number, more: Partial<RegisterRequest> = {}): RegisterRequest {
  return {
    line,
    callId: `call-${port}`,
    cseq,
    contacts: [{ uri: `sip:4101@192.0.2.1:${port}` }],
    path: [],
    outbound: false,
    received: { address: '198.51.100.7', port, transport: 'udp' },
    ...more,
  };
}

/** A registrar over a store that writes when it is told to. */
function atWork(loaded: readonly Binding[] = []) {
  const clock = { at: 1_000_000 };
  const written: (readonly Binding[])[] = [];
  const alarms: unknown[] = [];
  const gates: { open(): void; fail(): void }[] = [];
  const held = { on: false };
  const registrar = createRegistrar({
    now: () => clock.at,
    alarm: (error) => void alarms.push(error),
    store: {
      load: async () => loaded,
      replace: async (_, bindings) => {
        if (held.on) {
          await new Promise<void>((open, fail) =>
            gates.push({ open, fail: () => fail(new Error('the disk is full')) }),
          );
        }
        written.push(bindings);
      },
    },
  });
  return { registrar, clock, written, alarms, gates, held };
}

const ports = (bindings: readonly Binding[]): number[] => bindings.map(({ received }) => received.port);
const turns = (): Promise<void> => new Promise((done) => setImmediate(done));

describe('the registrar', () => {
  it('answers only when the store has the binding', async () => {
    const { registrar, gates, held } = atWork();
    held.on = true;
    let answered = false;
    const reply = registrar.register(registers(5060, 1), policy).then((one) => {
      answered = true;
      return one;
    });
    await turns();
    expect([answered, registrar.contacts(line)]).toEqual([false, []]);
    gates[0]?.open();
    expect((await reply).sip).toBe(200);
    expect(ports(registrar.contacts(line))).toEqual([5060]);
  });

  it('keeps what it had when the store cannot write, and says so', async () => {
    const { registrar, alarms, gates, held } = atWork();
    await registrar.register(registers(5060, 1), policy);
    held.on = true;
    const reply = registrar.register(registers(5061, 1), policy);
    await turns();
    gates[0]?.fail();
    expect((await reply).sip).toBe(500);
    expect([ports(registrar.contacts(line)), alarms.length]).toEqual([[5060], 1]);
    held.on = false;
    expect((await registrar.register(registers(5062, 1), policy)).sip).toBe(200);
  });

  it('serves overlapping requests of one line one after the other, so none undoes another', async () => {
    const { registrar } = atWork();
    await Promise.all([5060, 5061, 5062].map((port) => registrar.register(registers(port, 1), policy)));
    expect(ports(registrar.contacts(line))).toEqual([5060, 5061, 5062]);
  });

  it('writes nothing for a question', async () => {
    const { registrar, written } = atWork();
    await registrar.register(registers(5060, 1), policy);
    const reply = await registrar.register(registers(5061, 1, { contacts: [] }), policy);
    expect(reply).toMatchObject({ sip: 200, contacts: [{ uri: 'sip:4101@192.0.2.1:5060' }] });
    expect(written).toHaveLength(1);
  });

  it('has the bindings of its former life', async () => {
    const first = atWork();
    await first.registrar.register(registers(5060, 1), policy);
    const second = atWork(first.written.at(-1));
    await second.registrar.load();
    expect(ports(second.registrar.contacts(line))).toEqual([5060]);
    expect(second.registrar.counts()).toEqual({ bindings: 1, lines: 1 });
  });

  it('does not call a contact that has expired, and sweeps it out of the store', async () => {
    const { registrar, clock, written } = atWork();
    await registrar.register(registers(5060, 1, { seconds: 60 }), policy);
    await registrar.register(registers(5061, 1, { seconds: 600 }), policy);
    clock.at += 61_000;
    expect(ports(registrar.contacts(line))).toEqual([5061]);
    await registrar.sweep();
    expect(ports(written.at(-1) ?? [])).toEqual([5061]);
    expect(registrar.counts()).toEqual({ bindings: 1, lines: 1 });
  });

  it('knows the addresses that phones register from, until the last of them leaves', async () => {
    const { registrar } = atWork();
    await registrar.register(registers(5060, 1), policy);
    expect(registrar.isKnown('198.51.100.7', 5060)).toBe(true);
    await registrar.register(registers(5060, 2, { seconds: 0 }), policy);
    expect(registrar.isKnown('198.51.100.7', 5060)).toBe(false);
  });
});
