import type { MediaQuality, Outcome } from '../domain/outcome.ts';
import { refusals } from '../domain/refusals.ts';
import type { CallReply } from '../edges/http/api.ts';
import { type Painter, printable } from './paint.ts';
import { lengthText, timeText } from './time-text.ts';

/** How a call ended, in a few words. */
export function outcomeText(outcome: Outcome | undefined): string {
  switch (outcome?.is) {
    case undefined:
      return 'goes on';
    case 'answered':
      return `answered by ${outcome.by}`;
    case 'message left':
      return `message of ${outcome.seconds} s left for ${outcome.mailbox}`;
    case 'call-back asked':
      return `to be called back by ${outcome.service}`;
    case 'told and released':
      return `told: ${outcome.what}`;
    case 'feature done':
      return `done: ${outcome.what}`;
    case 'refused':
      return `refused: ${outcome.why} (${outcome.sip}, Q.850 ${outcome.q850})`;
    case 'caller gone':
      return `caller gone during ${outcome.during}`;
    case 'our fault':
      return `our fault: ${outcome.what}`;
  }
}

/** The whole story of a call, for people: who, what was decided and why, whom it reached, how it ended. */
export function callStory(told: CallReply, paint: Painter, zone: string): string {
  const { strong, faint } = paint;
  const call = cleaned(told);
  const lines = [
    `${strong('Call')}        ${call.id}`,
    `${strong('Started')}     ${timeText(call.startedAt, zone)}`,
    `${strong('From')}        ${caller(call)}`,
    `${strong('Dialled')}     ${call.dialled}`,
    ...(call.account === undefined ? [] : [`${strong('Account')}     ${call.account}`]),
    ...call.decisions.flatMap((decision) => decisionLines(decision, paint)),
    ...(call.legs.length === 0 ? [] : [strong('Legs')]),
    ...call.legs.flatMap((leg) => legLines(leg, call.startedAt)),
    ...(call.media === undefined ? [] : [`${strong('Sound')}       of the caller: ${soundText(call.media)}`]),
    ...(call.recording === undefined ? [] : [`${strong('Recording')}   ${call.recording}`]),
    ...(call.transfers?.length ? [strong('Transfers')] : []),
    ...(call.transfers ?? []).map((transfer) => transferLine(transfer, call.startedAt)),
    `${strong('Outcome')}     ${outcomePainted(call.outcome, paint)}`,
    ...ending(call, zone).map((line) => `            ${line}`),
    ...(call.configDigest ? [faint(`configuration ${call.configDigest}`)] : []),
  ];
  return `${lines.join('\n')}\n`;
}

function caller({ from, callerNumber, site }: CallReply): string {
  const number = callerNumber === undefined ? '' : `, number ${callerNumber}`;
  return `${from}${number}${site === undefined ? '' : `, site ${site}`}`;
}

function decisionLines(decision: CallReply['decisions'][number], { strong, faint }: Painter): readonly string[] {
  return [
    `${strong('Decision')}    ${decision.dialled}${decision.account === undefined ? '' : ` on the account of ${decision.account}`}`,
    ...decision.because.map(
      ({ room, says, config }) => `  ${room.padEnd(10)}  ${says}${config === undefined ? '' : faint(`  (${config})`)}`,
    ),
    `  leads to    ${decision.destination}`,
    `  then        ${decision.treatment}`,
  ];
}

function legLines(leg: CallReply['legs'][number], startedAt: number): readonly string[] {
  const after = (at: number | undefined, what: string) =>
    at === undefined ? [] : [`${what} +${((at - startedAt) / 1_000).toFixed(3)} s`];
  const ended = leg.sip === undefined ? [] : [`${leg.sip}${leg.q850 === undefined ? '' : ` (Q.850 ${leg.q850})`}`];
  const steps = [
    ...after(leg.sentAt, 'sent'),
    ...after(leg.ringingAt, 'ringing'),
    ...after(leg.answeredAt, 'answered'),
    ...after(leg.endedAt, 'ended'),
    ...ended,
  ];
  const where = leg.called === undefined ? '' : ` calls ${leg.called}`;
  const shows = leg.shows === undefined ? '' : `, shows ${leg.shows}`;
  const why = leg.anchored === undefined ? [] : [`    over the media server: ${leg.anchored}`];
  const sound = leg.media === undefined ? [] : [`    sound: ${soundText(leg.media)}`];
  return [`  ${leg.target}${where}${shows}: ${steps.join(', ')}`, ...why, ...sound];
}

/** `PCMA, MOS 4.4, jitter 1.2 ms, loss 0 %, round trip 3 ms, 312 packets in, 310 out`. */
function soundText(media: MediaQuality): string {
  const { codec, encrypted, mos, jitterMs, lossPercent, roundTripMs, packetsReceived, packetsSent } = media;
  return [
    ...(codec === undefined ? [] : [encrypted === true ? `${codec} encrypted` : codec]),
    ...(mos === undefined ? [] : [`MOS ${mos.toFixed(1)}`]),
    `jitter ${jitterMs.toFixed(1)} ms`,
    `loss ${lossPercent.toFixed(1)} %`,
    ...(roundTripMs === undefined ? [] : [`round trip ${roundTripMs.toFixed(0)} ms`]),
    `${packetsReceived} packets in, ${packetsSent} out`,
    ...remoteText(media),
  ].join(', ');
}

/** What the party itself says of what it heard. */
function remoteText({ remoteMos, remoteJitterMs, remotePacketsLost }: MediaQuality): readonly string[] {
  if (remoteMos === undefined || remoteJitterMs === undefined) return [];
  return [`there MOS ${remoteMos.toFixed(1)}, jitter ${remoteJitterMs.toFixed(1)} ms, ${remotePacketsLost ?? 0} lost`];
}

function transferLine(
  { at, by, who, to, how, call, ended, during }: NonNullable<CallReply['transfers']>[number],
  startedAt: number,
): string {
  const joined = call === undefined ? '' : ` of call ${call}`;
  const after = ((at - startedAt) / 1_000).toFixed(3);
  return `  +${after} s: ${by} transfers ${who} to ${to}${joined} (${how})${ended === undefined ? '' : `: ${ended}`}${during === undefined ? '' : ` during ${during}`}`;
}

function outcomePainted(outcome: Outcome | undefined, { good, bad }: Painter): string {
  const text = outcomeText(outcome);
  if (outcome?.is === 'answered') return good(text);
  return outcome?.is === 'our fault' ? bad(text) : text;
}

function ending({ outcome, answeredAt, endedAt, endedBy }: CallReply, zone: string): readonly string[] {
  const says = outcome?.is === 'refused' ? [refusals[outcome.why]?.says ?? ''] : [];
  if (endedAt === undefined) return says;
  const talk = answeredAt === undefined ? '' : `, after ${lengthText(endedAt - answeredAt)} of talk`;
  return [...says, `ended ${timeText(endedAt, zone)}${endedBy === undefined ? '' : ` by the ${endedBy}`}${talk}`];
}

/** The same, with the control characters of every text written out: what is painted afterwards is ours alone. */
function cleaned<T>(value: T): T {
  if (typeof value === 'string') return printable(value).replaceAll('\n', '\\n') as T;
  if (Array.isArray(value)) return value.map(cleaned) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, cleaned(each)])) as T;
}
