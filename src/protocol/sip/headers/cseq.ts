/** CSeq (RFC 3261 §20.16) and RAck (RFC 3262 §7.2). */

export interface CSeq {
  readonly number: number;
  readonly method: string;
}

const cseqText = /^(\d{1,10})[ \t]+([A-Za-z0-9\-.!%*_+`'~]+)$/;
// what follows the method is left alone: some send it twice
const rackText = /^(\d{1,10})[ \t]+(\d{1,10})[ \t]+([A-Za-z0-9\-.!%*_+`'~]+)(?=[ \t]|$)/;

/** RFC 3261 §8.1.1.5: the number MUST be less than 2^31; up to 2^32-1 is taken (§20.16). */
export function parseCSeq(value: string): CSeq | undefined {
  const found = cseqText.exec(value);
  if (found === null) return undefined;
  const number = Number(found[1]);
  return number > 0xffffffff ? undefined : { number, method: found[2] ?? '' };
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
