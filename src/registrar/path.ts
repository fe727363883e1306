import {
  applyRegister,
  currentContacts,
  type RegisterPolicy,
  type RegisterReply,
  type RegisterRequest,
} from '../decide/registration.ts';
import type { Binding } from '../domain/binding.ts';
import type { LineId } from '../domain/ids.ts';
import type { RegistrarWorld } from './ports.ts';

/** Where every line can be reached. */
export interface Registrar {
  /** Reads what a former life left behind. Rejects when the store cannot be read. */
  load(): Promise<void>;
  /** Applies a REGISTER whose sender has been proved. Settles when the change would survive a crash. Never rejects. */
  register(request: RegisterRequest, policy: RegisterPolicy): Promise<RegisterReply>;
  /** The contacts of a line that are good now, best first. */
  contacts(line: LineId): readonly Binding[];
  /** Does some phone register from this address? */
  isKnown(address: string, port: number): boolean;
  /** Forgets what has expired, here and in the store. Never rejects. */
  sweep(): Promise<void>;
  /** Contacts, and lines that have one. */
  counts(): { readonly bindings: number; readonly lines: number };
}

/**
 * The second short path: REGISTER ─▶ who ─▶ applied ─▶ stored ─▶ answered.
 * Requests of one line are served one after the other, so two that overlap cannot undo each other.
 */
export function createRegistrar(world: RegistrarWorld): Registrar {
  const byLine = new Map<LineId, readonly Binding[]>();
  const flows = new Map<string, number>();
  const busy = new Map<LineId, Promise<unknown>>();

  const put = (line: LineId, bindings: readonly Binding[]): void => {
    for (const { received } of byLine.get(line) ?? []) count(flows, flowKey(received.address, received.port), -1);
    for (const { received } of bindings) count(flows, flowKey(received.address, received.port), 1);
    if (bindings.length === 0) byLine.delete(line);
    else byLine.set(line, bindings);
  };

  const store = async (line: LineId, bindings: readonly Binding[]): Promise<boolean> => {
    try {
      await world.store.replace(line, bindings);
      put(line, bindings);
      return true;
    } catch (error) {
      world.alarm(error);
      return false;
    }
  };

  const serve = async (request: RegisterRequest, policy: RegisterPolicy): Promise<RegisterReply> => {
    const before = byLine.get(request.line) ?? [];
    const { bindings, reply } = applyRegister(before, request, policy, world.now());
    if (reply.sip !== 200 || request.contacts.length === 0) return reply;
    if (await store(request.line, bindings)) return reply;
    return { sip: 500, says: 'The registration cannot be stored' };
  };

  /** Runs when everything before it on this line is over. */
  const inTurn = <T>(line: LineId, run: () => Promise<T>): Promise<T> => {
    const turn = (busy.get(line) ?? Promise.resolve()).then(run, run);
    busy.set(line, turn);
    const leave = (): void => {
      if (busy.get(line) === turn) busy.delete(line);
    };
    turn.then(leave, leave);
    return turn;
  };

  return {
    async load() {
      const found = new Map<LineId, Binding[]>();
      for (const binding of await world.store.load(world.now())) {
        found.set(binding.line, [...(found.get(binding.line) ?? []), binding]);
      }
      for (const [line, bindings] of found) put(line, bindings);
    },
    register: (request, policy) => inTurn(request.line, () => serve(request, policy)),
    contacts: (line) => currentContacts(byLine.get(line) ?? [], world.now()),
    isKnown: (address, port) => flows.has(flowKey(address, port)),
    async sweep() {
      const at = world.now();
      const stale = [...byLine].filter(([, bindings]) => bindings.some(({ expiresAt }) => expiresAt <= at));
      for (const [line] of stale) {
        await inTurn(line, async () => {
          const left = (byLine.get(line) ?? []).filter(({ expiresAt }) => expiresAt > at);
          await store(line, left);
        });
      }
    },
    counts() {
      let bindings = 0;
      for (const one of byLine.values()) bindings += one.length;
      return { bindings, lines: byLine.size };
    },
  };
}

function flowKey(address: string, port: number): string {
  return `${address}:${port}`;
}

function count(counts: Map<string, number>, key: string, change: number): void {
  const sum = (counts.get(key) ?? 0) + change;
  if (sum <= 0) counts.delete(key);
  else counts.set(key, sum);
}
