import type { LineId } from '../../domain/ids.ts';
import { Roster } from '../../domain/roster.ts';
import type { LineCall, Presence } from '../ports.ts';

/** Which line rings, calls or talks at the moment. Kept in memory, like the calls themselves; `changed` is told of each change. */
export function createPresence(changed: (line: LineId) => void): Presence {
  const lines = new Roster<Roster<LineCall>>();
  /** Who takes part in each call. */
  const among = new Roster<Set<LineId>>();
  const drop = (line: LineId, call: string): void => {
    const calls = lines.get(line);
    if (calls === undefined || !calls.delete(call)) return;
    if (calls.size === 0) lines.delete(line);
    among.get(call)?.delete(line);
    changed(line);
  };
  return {
    of: (line) => lines.get(line)?.values() ?? [],
    set(line, { call, direction, state }) {
      const calls = lines.get(line) ?? new Roster<LineCall>();
      const before = calls.get(call);
      if (before?.state === state) return;
      lines.set(line, calls);
      calls.set(call, { call, direction: before?.direction ?? direction, state });
      const parties = among.get(call) ?? new Set<LineId>();
      among.set(call, parties.add(line));
      changed(line);
    },
    drop,
    notRinging(line, call) {
      if (lines.get(line)?.get(call)?.state === 'early') drop(line, call);
    },
    ended(call) {
      for (const line of [...(among.get(call) ?? [])]) drop(line, call);
      among.delete(call);
    },
  };
}
