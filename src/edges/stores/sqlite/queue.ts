import type { CallRecord } from '../../../domain/outcome.ts';
import type { OpenCall, StoreAlarm } from '../store.ts';
import type { Job } from './rows.ts';

/** What somebody waits for: a binding, a note. */
export type Awaited = Exclude<Job, { readonly do: 'open' | 'close' }>;

/** Whoever waits is told how it went; nobody waits for a row of the ledger. */
export interface Waiting {
  readonly job: Job;
  readonly settle?: { resolve(): void; reject(error: Error): void };
}

/** The rows that wait, in order. A call that ends while its opening still waits needs one row only. */
export function createQueue(atMost: number, alarm: StoreAlarm) {
  let waiting: Waiting[] = [];
  let openings = new Map<string, number>();
  let urgent = 0;
  let lost = 0;

  const giveUp = ({ job, settle }: Waiting, why: string) => {
    lost += 1;
    settle?.reject(new Error(why));
    const call = callOf(job);
    if (call !== undefined) alarm.error({ call, row: job.do, why }, 'a row of the ledger was lost');
  };
  const add = (added: Waiting, limit: number) => {
    if (waiting.length < limit) waiting.push(added);
    else giveUp(added, 'too many rows wait for the store');
  };
  const reindex = () => {
    openings = new Map(waiting.flatMap(({ job }, place) => (job.do === 'open' ? [[job.call.id, place]] : [])));
    urgent = waiting.filter(({ settle }) => settle !== undefined).length;
  };

  return {
    size: () => waiting.length,
    lost: () => lost,
    isUrgent: () => urgent > 0,
    giveUp,
    /** Openings leave half of the room to the ends of calls, which hold everything an opening does. */
    opened: (call: OpenCall) => {
      openings.set(call.id, waiting.length);
      add({ job: { do: 'open', call } }, atMost / 2);
    },
    closed: (record: CallRecord) => {
      const opening = openings.get(record.id);
      const job: Job = { do: 'close', record };
      if (opening !== undefined && isOpening(waiting[opening], record.id)) waiting[opening] = { job };
      else add({ job }, atMost);
      openings.delete(record.id);
    },
    awaited: (job: Awaited) =>
      new Promise<void>((resolve, reject) => {
        urgent += 1;
        add({ job, settle: { resolve, reject } }, atMost);
      }),
    take: (count: number): readonly Waiting[] => {
      const taken = waiting.slice(0, count);
      waiting = waiting.slice(count);
      reindex();
      return taken;
    },
    abandon: (why: string) => {
      for (const left of waiting.splice(0)) giveUp(left, why);
    },
    putBack: (group: readonly Waiting[], why: string) => {
      for (const { settle } of group) settle?.reject(new Error(`the store cannot be written: ${why}`));
      waiting = [...group.filter(({ settle }) => settle === undefined), ...waiting];
      reindex();
    },
  };
}

function isOpening(waiting: Waiting | undefined, id: string): boolean {
  return waiting?.job.do === 'open' && waiting.job.call.id === id;
}

function callOf(job: Job): string | undefined {
  if (job.do === 'open') return job.call.id;
  return job.do === 'close' ? job.record.id : undefined;
}
