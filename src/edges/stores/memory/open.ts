import type { Binding } from '../../../domain/binding.ts';
import type { LineId } from '../../../domain/ids.ts';
import type { CallRecord, Outcome } from '../../../domain/outcome.ts';
import { idMeant } from '../../../domain/short-id.ts';
import type { StoreOptions } from '../options.ts';
import { fits, summary, tallied } from '../search.ts';
import { callsAtMost, type OpenCall, type Store } from '../store.ts';
import { openMemoryMail } from './mail.ts';

const dayMs = 86_400_000;
const withoutMessage: ReadonlySet<Outcome['is']> = new Set(['our fault', 'caller gone', 'told and released']);

/** A store that forgets when the exchange stops: for trials and tests. It keeps the newest `queueAtMost` calls. */
export function openMemoryStore(options: StoreOptions, now: () => number): Store {
  const calls = new Map<string, CallRecord | OpenCall>();
  const bindings = new Map<LineId, readonly Binding[]>();
  const notes = new Map<string, Map<string, string>>();

  const keep = (id: string, call: CallRecord | OpenCall) => {
    calls.delete(id);
    calls.set(id, call);
    forgetOld(calls, options.queueAtMost, now() - options.retentionDays * dayMs);
  };

  return {
    ledger: {
      opened: (call) => {
        const known = calls.get(call.id);
        if (known === undefined) keep(call.id, call);
        else if (!('outcome' in known)) calls.set(call.id, { ...call, ...known });
      },
      closed: (record) => {
        const known = calls.get(record.id);
        if (known === undefined || !('outcome' in known)) keep(record.id, record);
      },
      settled: async (call, left) => {
        const known = calls.get(call);
        if (known !== undefined && 'outcome' in known && withoutMessage.has(known.outcome.is)) {
          calls.set(call, { ...known, outcome: left });
        }
      },
    },
    calls: {
      list: async (query) =>
        [...calls.values()]
          .filter((call) => fits(call, query))
          .sort((one, other) => other.startedAt - one.startedAt)
          .slice(0, Math.min(query.limit, callsAtMost))
          .map(summary),
      find: async (id) => {
        const meant = idMeant(id, [...calls.keys()]);
        return meant === undefined ? undefined : calls.get(meant);
      },
      tally: async (since, before) => tallied(calls.values(), since, before),
    },
    bindings: {
      load: async (at) => [...bindings.values()].flat().filter((binding) => binding.expiresAt > at),
      replace: async (line, replaced) => {
        if (replaced.length === 0) bindings.delete(line);
        else bindings.set(line, replaced);
      },
    },
    notes: {
      load: async (kind) => [...(notes.get(kind) ?? [])].map(([id, json]) => ({ id, value: JSON.parse(json) })),
      put: async (kind, id, value) => {
        notes.set(kind, (notes.get(kind) ?? new Map()).set(id, JSON.stringify(value)));
      },
      remove: async (kind, id) => {
        notes.get(kind)?.delete(id);
      },
    },
    mail: openMemoryMail(),
    leftOpen: 0,
    health: () => ({ writable: true, queued: 0, lost: 0 }),
    stop: async () => {},
  };
}

/** The oldest stand first. */
function forgetOld(calls: Map<string, CallRecord | OpenCall>, atMost: number, before: number): void {
  for (const [id, call] of calls) {
    if (calls.size <= atMost && call.startedAt >= before) return;
    calls.delete(id);
  }
}
