import { type Counted, type LedgerDay, ledgerDay, lostByTransfer, type TallyRow } from '../decide/ledger-day.ts';
import type { LedgerQuestion, LedgerReply } from '../edges/http/api.ts';
import { readLedger } from '../edges/stores/read-ledger.ts';
import { type Command, dataOption, type Given, jsonOption, Trouble, UsageError } from './command.ts';
import { connectIfRunning } from './connect.ts';
import type { Exit } from './exit.ts';
import { instant } from './instant.ts';
import { jsonText, type Painter, table } from './paint.ts';
import { dataFolder } from './place.ts';
import { timeText } from './time-text.ts';
import { townZone } from './town-clock.ts';

const dayMs = 86_400_000;

export const ledgerCommand: Command = {
  name: 'ledger',
  summary: 'what became of a day’s calls: each in exactly one sum, and how many were lost',
  words: [],
  about:
    'Asks the running exchange; when none runs, reads the ledger of the data folder (call-backs are then not counted).\n' +
    'Lost are calls that ended by a fault of ours, or of whose end nothing is known. The exit code is 1 when there are any.',
  options: {
    day: { value: 'DATE', about: 'such as 2026-11-24, yesterday, today (default)' },
    service: { value: 'ID', about: 'only the calls for this service, and what it is to call back' },
    all: { about: 'not only calls from outside: also those of the town’s own lines and IPBX' },
    data: dataOption,
    json: jsonOption,
  },
  examples: [
    ['beffroi ledger', 'today so far'],
    ['beffroi ledger --day yesterday', 'for the morning report'],
    ['beffroi ledger --day 2026-11-24 --service accueil', 'one hotline'],
  ],
  run: async (given): Promise<Exit> => {
    const zone = await townZone(given);
    const { since, before } = dayOf(given.values.get('day'), given.terminal.now(), zone);
    const service = given.values.get('service');
    const reply = await ask(given, { since, before, ...(service !== undefined && { service }) });
    const fits = (row: TallyRow): boolean =>
      (service === undefined || row.service === service) &&
      (given.switches.has('all') || isFromOutside(row, reply.operators));
    const day = ledgerDay(reply.rows, fits);
    const { operators: _, rows: __, ...callBacks } = reply;
    const text = () =>
      dayTextOf(day, reply, `${dayText(since, zone)}${service === undefined ? '' : `, ${service}`}`, given.paint);
    given.terminal.out(given.switches.has('json') ? jsonText({ since, before, ...day, ...callBacks }) : text());
    return day.lost === 0 ? 'ok' : 'no';
  },
};

type Asked = Pick<LedgerReply, 'rows'> & Partial<LedgerReply>;

async function ask(given: Given, question: LedgerQuestion): Promise<Asked> {
  const client = connectIfRunning(given);
  if (client !== undefined) return client.ledger(question);
  const reader = readLedger(dataFolder(given));
  if (reader === undefined) throw new Trouble(`there is no ledger in ${dataFolder(given)}: name another with --data`);
  return { rows: [...(await reader.tally(question.since, question.before))] };
}

/** From midnight to midnight, also on the two days of the year that do not have 24 hours. */
function dayOf(
  asked: string | undefined,
  now: number,
  zone: string,
): { readonly since: number; readonly before: number } {
  const noon = instant(`${dateOf(asked, now, zone)}T12:00`, 'day', now, zone);
  const [date, next] = [noon, noon + dayMs].map((at) => dayText(at, zone));
  return { since: instant(`${date}T00:00`, 'day', now, zone), before: instant(`${next}T00:00`, 'day', now, zone) };
}

function dateOf(asked: string | undefined, now: number, zone: string): string {
  if (asked === undefined || asked === 'today') return dayText(now, zone);
  if (asked === 'yesterday') return dayText(now - dayMs, zone);
  if (!/^\d{4}-\d\d-\d\d$/.test(asked)) throw new UsageError(`--day is a date such as 2026-11-24, not "${asked}"`);
  return asked;
}

/** `2026-11-24`. */
function dayText(at: number, zone: string): string {
  return timeText(at, zone).slice(0, 10);
}

/** Without a running exchange it is not known which trunks are the operators': every trunk counts. */
function isFromOutside({ from }: TallyRow, operators: readonly string[] | undefined): boolean {
  if (operators === undefined) return from.startsWith('trunk ');
  return operators.some((id) => from === `trunk ${id}`);
}

function dayTextOf(day: LedgerDay, asked: Asked, title: string, paint: Painter): string {
  const { strong, bad, good } = paint;
  const share = (calls: number) => (day.offered === 0 ? '' : `${((100 * calls) / day.offered).toFixed(1)} %`);
  const row = (name: string, calls: number, what = '') => [name, String(calls), share(calls), what];
  const late = asked.callBacksLate ? `${asked.callBacksLate} late` : '';
  const rows = [
    row('offered', day.offered),
    row(
      'answered by a human',
      day.answered,
      day.lostByTransfer === 0 ? '' : `${day.lostByTransfer} ${lostByTransfer}, to be called back`,
    ),
    row('message left', day.messages),
    row('call-back asked', day.callBacksAsked),
    row('told and released', day.told),
    row('feature done', day.featuresDone),
    row('caller gave up', day.gaveUp.calls, countedText(day.gaveUp)),
    row('refused', day.refused.calls, countedText(day.refused)),
    row('our fault', day.ourFault),
    ...(day.goingOn === 0 ? [] : [row('going on', day.goingOn)]),
    ...(asked.callBacksDone === undefined ? [] : [doneRow(asked.callBacksDone)]),
    ...(asked.callBacksOpen === undefined ? [] : [['call-backs open', String(asked.callBacksOpen), '', late]]),
    ['lost', day.lost === 0 ? good('0') : bad(String(day.lost)), '', ''],
  ];
  return `${strong(title)}\n${table(['', 'calls', '', ''], rows, paint)}`;
}

/** Call-backs are tasks, and no calls of the day: they stand beside its sum. */
function doneRow(done: LedgerReply['callBacksDone']): readonly string[] {
  const whom = Object.keys(done.whom).length === 0 ? '' : ` (${countedText({ calls: done.calls, by: done.whom })})`;
  return ['call-backs done', String(done.calls), '', `${countedText(done)}${whom}`];
}

function countedText({ by }: Counted): string {
  return Object.entries(by)
    .map(([how, calls]) => `${calls} ${how}`)
    .join(', ');
}
