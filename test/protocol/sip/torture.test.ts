import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { handedOn, parse, type SipMessage } from '../../../src/protocol/sip/message.ts';
import { faultOfRequest, faultOfResponse, faultOfSessionBody } from '../../../src/protocol/sip/sanity.ts';

/** `accept`, `take` (a response), `drop`, or the status a request is refused with. */
type Verdict = 'accept' | 'take' | 'drop' | number;

/** RFC 4475 §3 and RFC 5118 §4: what each of their messages deserves of a user agent. */
const valid: Readonly<Record<string, Verdict>> = {
  wsinv: 'accept',
  intmeth: 'accept',
  esc01: 'accept',
  escnull: 'accept',
  esc02: 'accept',
  lwsdisp: 'accept',
  longreq: 'accept',
  dblreq: 'accept',
  semiuri: 'accept',
  transports: 'accept',
  mpart01: 'accept',
  unreason: 'take',
  noreason: 'take',
  regaut01: 'accept',
  bcast: 'take',
  zeromf: 'accept',
  cparam01: 'accept',
  cparam02: 'accept',
  regescrt: 'accept',
  inv2543: 'accept',
  '5118-ipv4-mapped-ipv6': 'accept',
  '5118-ipv6-bug-abnf-3-colons': 'accept',
  '5118-ipv6-correct-abnf-2-colons': 'accept',
  '5118-ipv6-good': 'accept',
  '5118-ipv6-in-sdp': 'accept',
  '5118-mult-ip-in-header': 'accept',
  '5118-mult-ip-in-sdp': 'accept',
  '5118-port-ambiguous': 'accept',
  '5118-port-unambiguous': 'accept',
  '5118-via-received-param-no-delim': 'accept',
  '5118-via-received-param-with-delim': 'accept',
};
const invalid: Readonly<Record<string, Verdict>> = {
  badinv01: 400,
  clerr: 400,
  ncl: 400,
  scalar02: 400,
  scalarlg: 'drop',
  quotbal: 400,
  ltgtruri: 400,
  lwsruri: 400,
  lwsstart: 400,
  trws: 400,
  escruri: 400,
  baddate: 'accept', // the Date is ignored, as RFC 4475 §3.1.2.12 allows
  regbadct: 400,
  badaspec: 400,
  baddn: 400,
  badvers: 505,
  mismatch01: 400,
  mismatch02: 400,
  bigcode: 'drop',
  badbranch: 'accept', // matched as RFC 2543 did (RFC 4475 §3.2.1)
  insuf: 400,
  unkscm: 416,
  novelsc: 416,
  unksm2: 400,
  bext01: 420,
  invut: 415,
  multi01: 400,
  mcl01: 400,
  sdp01: 406,
  '5118-ipv6-bad': 400,
};

function verdict(message: SipMessage | undefined): Verdict {
  if (message === undefined) return 'drop';
  if (message.method === '') return faultOfResponse(message) === undefined ? 'take' : 'drop';
  const session = message.method === 'INVITE' ? faultOfSessionBody(message) : undefined;
  return (faultOfRequest(message) ?? session)?.status ?? 'accept';
}

describe.each([
  ['valid', valid],
  ['invalid', invalid],
] as const)('torture messages, %s', (folder, expected) => {
  const at = `test/fixtures/sip/${folder}`;
  const names = readdirSync(at).map((file) => file.replace(/\.sip$/, ''));

  it('are all here, each with a verdict', () => {
    expect(names.sort()).toEqual(Object.keys(expected).sort());
  });

  it.each(Object.entries(expected))('%s: %s', (name, wanted) => {
    expect(verdict(parse(readFileSync(`${at}/${name}.sip`, 'latin1')))).toBe(wanted);
  });

  const passed = Object.keys(expected).filter((name) => expected[name] === 'accept' || expected[name] === 'take');
  it.each(passed)('%s loses nothing when it is handed on', (name) => {
    const message = parse(readFileSync(`${at}/${name}.sip`, 'latin1'));
    if (message === undefined) throw new Error('not read');
    const again = parse(handedOn(message));
    expect(again && headers(again)).toEqual(headers(message));
    expect(again?.body).toBe(message.body);
    expect(again && handedOn(again)).toBe(handedOn(message));
  });
});

/** Number and value of each header, but for Content-Length, and for the Contact an RFC 2543 INVITE is given. */
function headers(message: SipMessage): string[] {
  const all = message.ids.map((id, i) => `${id || message.nameAt(i)}: ${message.valueAt(i)}`);
  return all.filter(
    (line) => !line.startsWith('7: ') && !(message.callId.startsWith('inv2543') && line.startsWith('6: ')),
  );
}
