import { fromBase64, toBase64 } from './base64.ts';
import type { MasterKey } from './key-derivation.ts';
import { isSrtpSuite, SRTP_PROFILES, type SrtpSuite } from './profiles.ts';

/** One `a=crypto` line (RFC 4568 §9.1) that we can use. */
export interface CryptoLine {
  readonly tag: number;
  readonly suite: SrtpSuite;
  readonly master: MasterKey;
}

const MAX_TEXT = 512;

/**
 * Reads the value of an `a=crypto` attribute. Undefined when we cannot use it: an unknown suite, a key of the wrong
 * length, several keys, a master key index, or a session parameter that we must not ignore (RFC 4568 §6.3.7: all but `WSH`
 * and those that begin with `-`).
 */
export function readCryptoLine(value: string): CryptoLine | undefined {
  if (value.length > MAX_TEXT) return undefined;
  const [tag = '', suite = '', inline = '', ...parameters] = value.trim().split(/\s+/);
  if (!/^\d{1,9}$/.test(tag) || !isSrtpSuite(suite) || !parameters.every(isHarmless)) return undefined;
  const master = readInline(inline, suite);
  return master && { tag: Number(tag), suite, master };
}

export function writeCryptoLine({ tag, suite, master }: CryptoLine): string {
  const secret = new Uint8Array(master.key.length + master.salt.length);
  secret.set(master.key);
  secret.set(master.salt, master.key.length);
  return `${tag} ${suite} inline:${toBase64(secret)}`;
}

/** A new master key. @param random octets that nobody can guess */
export function newMasterKey(suite: SrtpSuite, random: (bytes: number) => Uint8Array): MasterKey {
  const { keyBytes, saltBytes } = SRTP_PROFILES[suite];
  return { key: random(keyBytes), salt: random(saltBytes) };
}

/**
 * The master keys of one party, one a suite, made when they are first asked for. A description of later says the same ones again: the
 * far end goes on with what it has, and an unchanged key never begins its packet count anew (RFC 4568 §7.1.4).
 * @param random octets that nobody can guess
 * @param isSpent was it used, and given up for another? Its packet count would begin anew when the call came back to its suite, and with
 * it pieces of the key would be used twice (RFC 3711 §9.1): another one is made
 */
export function ownKeys(
  random: (bytes: number) => Uint8Array,
  isSpent: (key: MasterKey) => boolean = () => false,
): (suite: SrtpSuite) => MasterKey {
  const made = new Map<SrtpSuite, MasterKey>();
  return (suite) => {
    const known = made.get(suite);
    if (known !== undefined && !isSpent(known)) return known;
    const key = newMasterKey(suite, random);
    made.set(suite, key);
    return key;
  };
}

/** `inline:` key and salt, then perhaps a lifetime (`2^31`), which no call outlasts. */
function readInline(text: string, suite: SrtpSuite): MasterKey | undefined {
  if (!text.startsWith('inline:') || text.includes(';')) return undefined;
  const [secret = '', ...more] = text.slice('inline:'.length).split('|');
  if (more.length > 1 || !more.every((part) => /^(2\^)?\d{1,20}$/.test(part))) return undefined;
  const { keyBytes, saltBytes } = SRTP_PROFILES[suite];
  const bytes = fromBase64(secret);
  if (bytes?.length !== keyBytes + saltBytes) return undefined;
  return { key: bytes.slice(0, keyBytes), salt: bytes.slice(keyBytes) };
}

function isHarmless(parameter: string): boolean {
  return parameter.startsWith('-') || /^WSH=\d+$/.test(parameter);
}
