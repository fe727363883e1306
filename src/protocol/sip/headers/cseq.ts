/** CSeq (RFC 3261 §20.16) and RAck (RFC 3262 §7.2). */
import { isTokenText } from '../characters.ts';

export interface CSeq {
  readonly number: number;
  readonly method: string;
}

const cseqText = /^(\d{1,10})[ \t]+([A-Za-z0-9\-.!%*_+`'~]+)$/;
// what follows the method is left alone: some send it twice
const rackText = /^(\d{1,10})[ \t]+(\d{1,10})[ \t]+([A-Za-z0-9\-.!%*_+`'~]+)(?=[ \t]|$)/;

/** RFC 3261 §8.1.1.5: the number MUST be less than 2^31; up to 2^32-1 is taken (§20.16). */
export function parseCSeq(value: string): CSeq | undefined {
  const gap = value.indexOf(' ');
  const method = gap < 0 ? '' : value.slice(gap + 1);
  if (!(isTokenText(method) && isNumber(value, gap))) return oddCSeq(value);
  return within32(Number(value.slice(0, gap)), method);
}

function oddCSeq(value: string): CSeq | undefined {
  const found = cseqText.exec(value);
  return found === null ? undefined : within32(Number(found[1]), found[2] ?? '');
}

function within32(number: number, method: string): CSeq | undefined {
  return number > 0xffffffff ? undefined : { number, method };
}

/** One to ten digits before `end`. */
function isNumber(value: string, end: number): boolean {
  for (let i = 0; i < end; i += 1) if (value.charCodeAt(i) < 0x30 || value.charCodeAt(i) > 0x39) return false;
  return end > 0 && end <= 10;
}

export interface RAck {
  readonly rseq: number;
  readonly cseq: CSeq;
}

export function parseRAck(value: string): RAck | undefined {
  const found = rackText.exec(value);
  if (found === null) return undefined;
  return { rseq: Number(found[1]), cseq: { number: Number(found[2]), method: found[3] ?? '' } };
}
