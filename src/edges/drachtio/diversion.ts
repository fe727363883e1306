import type { Diversion } from '../../domain/call.ts';
import { parseNameAddr } from '../../protocol/sip/headers/name-addr.ts';
import { parseUri } from '../../protocol/sip/uri.ts';
import { leadingNumber, list, userOf } from './read.ts';

type Why = Diversion['reason'];

/** RFC 7544 §7.2 and RFC 4458: reason of a Diversion, cause of a History-Info entry. What has no pair is `unknown` and 404. */
const causes: readonly (readonly [Why, number])[] = [
  ['unconditional', 302],
  ['user-busy', 486],
  ['no-answer', 408],
  ['deflection', 480],
  ['unavailable', 503],
  ['unknown', 404],
];

const counterAtMost = 100;

/** The diversions told of, newest first: by Diversion (RFC 5806), or where there is none by History-Info (RFC 7044). */
export function readDiversions(diversion: string | undefined, historyInfo: string | undefined): readonly Diversion[] {
  const told = list(diversion).flatMap(readDiversion);
  return told.length > 0 ? told : readHistory(list(historyInfo));
}

/** RFC 5806 §9.1: newest on top. */
export function writeDiversion(diversions: readonly Diversion[], uri: (number: string) => string): string {
  return diversions
    .map(({ by, reason, counter }) => `<${uri(by)}>;reason=${reason};counter=${counter};privacy=off`)
    .join(', ');
}

/** RFC 7044 §9: oldest first, each entry one index deeper, why it was reached as the cause of its URI (RFC 4458). */
export function writeHistory(
  diversions: readonly Diversion[],
  called: string,
  uri: (number: string) => string,
): string {
  const oldestFirst = [...diversions].reverse();
  const first = oldestFirst[0];
  if (first === undefined) return '';
  let index = '1';
  let text = `<${uri(first.by)}>;index=1`;
  oldestFirst.forEach(({ reason }, at) => {
    index += '.1';
    const next = oldestFirst[at + 1]?.by ?? called;
    text += `, <${uri(next)};cause=${causeOf(reason)}>;index=${index};mp=${index.slice(0, -2)}`;
  });
  return text;
}

function readDiversion(value: string): Diversion[] {
  const address = parseNameAddr(value);
  const by = address && userOf(address.uri);
  if (address === undefined || by === undefined) return [];
  const counter = Math.min(counterAtMost, Math.max(1, leadingNumber(address.params.get('counter')) ?? 1));
  return [{ by, reason: reasonNamed(address.params.get('reason')), counter }];
}

/** An entry with a cause was reached because the one before it diverted. */
function readHistory(entries: readonly string[]): readonly Diversion[] {
  const found: Diversion[] = [];
  let before: string | undefined;
  for (const entry of entries) {
    const address = parseNameAddr(entry);
    if (address === undefined) continue;
    const cause = leadingNumber(parseUri(address.uri)?.params.get('cause'));
    if (cause !== undefined && before !== undefined) {
      found.unshift({ by: before, reason: reasonOf(cause), counter: 1 });
    }
    before = userOf(address.uri) ?? before;
  }
  return found;
}

function reasonNamed(text: string | undefined): Why {
  const plain = text?.replaceAll('"', '').toLowerCase();
  return causes.find(([why]) => why === plain)?.[0] ?? 'unknown';
}

function reasonOf(cause: number): Why {
  if (cause === 487) return 'deflection';
  return causes.find(([, number]) => number === cause)?.[0] ?? 'unknown';
}

function causeOf(reason: Why): number {
  return causes.find(([why]) => why === reason)?.[1] ?? 404;
}
