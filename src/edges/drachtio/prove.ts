import { createHash, randomBytes } from 'node:crypto';
import { algorithmsOffered } from '../../decide/digest-offer.ts';
import { asksAsStale, believe } from '../../decide/proof.ts';
import type { Config } from '../../domain/config.ts';
import { LineId } from '../../domain/ids.ts';
import type { Instant } from '../../domain/instant.ts';
import type { Line } from '../../domain/line.ts';
import {
  type Algorithm,
  type Credentials,
  digestResponse,
  ha1,
  parseCredentials,
  sameDigest,
  writeChallenge,
} from '../../protocol/sip/digest.ts';
import { parseUri } from '../../protocol/sip/uri.ts';
import { Nonces } from './nonces.ts';
import { header } from './read.ts';
import { Silence } from './silence.ts';
import { Speechless } from './speechless.ts';
import type { SipRequest } from './srf.ts';
import { type WrongPassword, WrongPasswords } from './wrong-passwords.ts';

/**
 * Whether a request comes from who it says. `challenge`: the values of WWW-Authenticate or Proxy-Authenticate, one line each. `wrong`: it
 * had credentials that are not right. It is for our own books, and changes nothing in what is answered.
 */
export type Proved =
  | { readonly is: 'proved'; readonly line: Line }
  | { readonly is: 'asked'; readonly challenge: readonly string[]; readonly wrong: boolean }
  | { readonly is: 'not listened to'; readonly seconds: number };

export interface ProverOptions {
  readonly now: () => Instant;
  /** The password of a line; undefined when it has none, and then nobody can prove to be it. */
  readonly password: (line: Line) => string | undefined;
  /** Phones of this name are offered a choice of algorithms, and do not answer. Told once for each name. */
  readonly speechless?: (userAgent: string) => void;
  /** A password was wrong. Told once a minute for each source. */
  readonly wrong?: (wrong: WrongPassword) => void;
}

/** Verifies digest credentials (RFC 3261 §22, RFC 7616, RFC 8760). The same work and the same answer for an unknown account as for a wrong password. */
export class Prover {
  readonly #options: ProverOptions;
  readonly #nonces = new Nonces();
  readonly #silence: Silence;
  readonly #speechless: Speechless;
  readonly #wrong: WrongPasswords;
  readonly #opaque = randomBytes(12).toString('base64url');
  /** What an unknown account is compared with. */
  readonly #nonsense = randomBytes(32).toString('hex');
  readonly #ha1 = new WeakMap<Line, Map<Algorithm, string>>();

  constructor(options: ProverOptions) {
    this.#options = options;
    this.#silence = new Silence(options.now);
    this.#speechless = new Speechless(options.speechless ?? (() => {}));
    this.#wrong = new WrongPasswords(options.now, options.wrong ?? (() => {}));
  }

  prove(req: SipRequest, config: Config, by: 'authorization' | 'proxy-authorization'): Proved {
    const value = header(req, by);
    const given = value === undefined || value.length > credentialsAtMost ? undefined : parseCredentials(value);
    const source = req.source_address;
    this.#listen(req, config, value !== undefined);
    if (given === undefined) return { is: 'asked', challenge: this.#ask(req, config, false), wrong: false };
    const account = given.username.slice(0, accountAtMost);
    const seconds = this.#silence.seconds(source, account);
    if (seconds > 0) return { is: 'not listened to', seconds };

    const line = lineOf(account, config);
    const { realm, digest } = config.exchange;
    const at = this.#options.now();
    const nonce = this.#nonces.find(given.nonce);
    const matches = this.#matches(req, given, line, realm);
    const { algorithm, qop } = given;
    const count = given.nc !== undefined && /^[0-9a-f]{8}$/i.test(given.nc) ? Number.parseInt(given.nc, 16) : undefined;
    const answer = { matches, realm: given.realm, algorithm, qop, count, nonce };
    const proof = believe(answer, { realm, algorithms: digest.algorithms, nonceSeconds: digest.nonceSeconds }, at);
    if (proof.is === 'proved' && line !== undefined) {
      this.#nonces.keep(given.nonce, proof.nonce);
      this.#silence.proved(source, account);
      return { is: 'proved', line };
    }
    const wrong = proof.is === 'wrong';
    if (wrong) this.#failed(req, account);
    return { is: 'asked', challenge: this.#ask(req, config, asksAsStale(proof.is)), wrong };
  }

  sweep(config: Config): void {
    this.#nonces.sweep(config.exchange.digest.nonceSeconds, this.#options.now());
  }

  /** One line for each algorithm, in the order the operator chose (RFC 8760 §2.4). */
  #ask(req: SipRequest, config: Config, stale: boolean): readonly string[] {
    const { realm } = config.exchange;
    const nonce = this.#nonces.fresh(this.#options.now());
    const common = { realm, nonce, opaque: this.#opaque, stale, qop: ['auth'] };
    return this.#offered(req, config).map((algorithm) => writeChallenge({ ...common, algorithm }));
  }

  #failed(req: SipRequest, account: string): void {
    const source = req.source_address;
    this.#silence.failed(source, account);
    this.#wrong.came({ source, account, userAgent: header(req, 'user-agent') ?? '' });
  }

  #listen(req: SipRequest, config: Config, answers: boolean): void {
    const userAgent = header(req, 'user-agent') ?? '';
    if (answers) this.#speechless.answered(req.source_address, userAgent);
    else if (this.#offered(req, config).length > 1) this.#speechless.challenged(req.source_address, userAgent);
  }

  #offered(req: SipRequest, { exchange }: Config): readonly Algorithm[] {
    return algorithmsOffered(header(req, 'user-agent'), exchange.digest);
  }

  #matches(req: SipRequest, given: Credentials, line: Line | undefined, realm: string): boolean {
    const hash = hashOf(given.algorithm);
    const secret = (line && this.#secretOf(line, given.algorithm, realm)) ?? this.#nonsense;
    const expected = digestResponse(hash, secret, req.method, given);
    const same = sameDigest(expected, given.response);
    // RFC 7616 §3.4.6: a digest for another resource is none for this one.
    return same && isSameResource(given.uri, req.uri) && (given.opaque === undefined || given.opaque === this.#opaque);
  }

  #secretOf(line: Line, algorithm: Algorithm, realm: string): string | undefined {
    const kept = this.#ha1.get(line) ?? new Map<Algorithm, string>();
    this.#ha1.set(line, kept);
    const known = kept.get(algorithm);
    if (known !== undefined) return known;
    const password = this.#options.password(line);
    if (password === undefined) return undefined;
    const made = ha1(hashOf(algorithm), line.id, realm, password);
    kept.set(algorithm, made);
    return made;
  }
}

const credentialsAtMost = 2_048;
const accountAtMost = 64;

function lineOf(account: string, config: Config): Line | undefined {
  const id = LineId.safeParse(account);
  return id.success ? config.lines.get(id.data) : undefined;
}

function hashOf(algorithm: Algorithm): (text: string) => string {
  const name = algorithm.startsWith('SHA-256') ? 'sha256' : algorithm.startsWith('SHA-512') ? 'sha512-256' : 'md5';
  return (text) => createHash(name).update(text).digest('hex');
}

/** Ports and parameters differ between what a phone signs and what it sends; user and host do not. */
function isSameResource(signed: string, requested: string): boolean {
  if (signed === requested) return true;
  const [a, b] = [parseUri(signed), parseUri(requested)];
  return a !== undefined && b !== undefined && (a.user ?? '') === (b.user ?? '') && a.host === b.host;
}
