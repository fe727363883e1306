import { SRTP_PROFILES, type SrtpSuite } from '../srtp/profiles.ts';
import { ByteReader, isEqual, joined, number16, number24, vector16 } from './bytes.ts';
import { HANDSHAKE, type HandshakeMessage, HandshakeReader, writeHandshake } from './handshake.ts';
import { CIPHER_SUITE, type ClientHello, GROUP_P256, readClientHello, writeServerHello } from './hello.ts';
import { type DtlsPrimitives, type KeyExchange, SIGNATURE_SCHEMES } from './primitives.ts';
import { CONTENT, type DtlsRecord, epochAndSequence, readRecords, writeRecord } from './record.ts';
import { pseudoRandom, type RecordKeys, recordKeys, type Session, srtpSecrets } from './secrets.ts';

/** What a handshake comes to: keys for SRTP, seen from our side. */
export interface DtlsKeys {
  readonly suite: SrtpSuite;
  readonly send: { readonly key: Uint8Array; readonly salt: Uint8Array };
  readonly receive: { readonly key: Uint8Array; readonly salt: Uint8Array };
}

export interface DtlsServerOptions {
  readonly primitives: DtlsPrimitives;
  /** Ours, DER. */
  readonly certificate: Uint8Array;
  /** What the peer's certificate must hash to, from its description: without it anyone on the path could be the peer. */
  readonly peerFingerprint: { readonly hash: string; readonly value: string };
  /** By preference. */
  readonly suites: readonly SrtpSuite[];
}

/** What to do now. Datagrams go to where the handshake came from. */
export interface DtlsOutcome {
  readonly send: readonly Uint8Array[];
  readonly keys?: DtlsKeys;
  /** Why it is over without keys. */
  readonly failed?: string;
}

type Step = 'hello' | 'certificate' | 'key exchange' | 'verify' | 'finished' | 'done' | 'failed';

const NOTHING: DtlsOutcome = { send: [] };
const MAX_DATAGRAM = 1200;
const MAX_REPEATS = 10;
const FIRST_WAIT_MS = 1000;
const MAX_WAIT_MS = 8000;
const TAG_BYTES = 16;

/**
 * The server's half of a DTLS 1.2 handshake for SRTP (RFC 6347, RFC 5764), for the one suite every browser speaks. Both
 * sides show certificates; the peer's must be the one its description named. There is no cookie exchange: it is used only
 * on paths that ICE has proven. No renegotiation, no resumption, no application data. `handle` never throws.
 */
export class DtlsServer {
  readonly #options: DtlsServerOptions;
  readonly #reader = new HandshakeReader();
  #step: Step = 'hello';
  #hello: ClientHello | undefined;
  #suite: SrtpSuite = 'AES_CM_128_HMAC_SHA1_80';
  #serverRandom: Uint8Array = new Uint8Array(0);
  #exchange: KeyExchange | undefined;
  #peerCertificate: Uint8Array = new Uint8Array(0);
  #session: Session | undefined;
  #keys: { readonly client: RecordKeys; readonly server: RecordKeys } | undefined;
  /** All handshake messages so far, for the hashes. */
  #transcript: Uint8Array = new Uint8Array(0);
  #sendNumber = 0;
  #sendSequence = [0, 0];
  #lastFlight: readonly { readonly type: number; readonly epoch: number; readonly fragment: Uint8Array }[] = [];
  #repeatAt = Number.POSITIVE_INFINITY;
  #waitMs = FIRST_WAIT_MS;
  #repeats = 0;
  #waiting: DtlsRecord[] = [];

  constructor(options: DtlsServerOptions) {
    this.#options = options;
  }

  get isDone(): boolean {
    return this.#step === 'done';
  }

  /** One datagram of the peer. @param at monotonic ms */
  handle(packet: Uint8Array, at: number): DtlsOutcome {
    const outcomes = readRecords(packet).map((record) => this.#record(record, at));
    return merged(outcomes);
  }

  /** To be called now and then: what was not answered is sent again (RFC 6347 §4.2.4). */
  tick(at: number): DtlsOutcome {
    if (at < this.#repeatAt || this.#step === 'done' || this.#step === 'failed') return NOTHING;
    if (this.#repeats >= MAX_REPEATS) return this.#fail('the peer does not answer');
    return this.#repeat(at);
  }

  #record(record: DtlsRecord, at: number): DtlsOutcome {
    if (this.#step === 'failed') return NOTHING;
    if (record.epoch === 0) return this.#plainRecord(record, at);
    if (record.epoch !== 1) return NOTHING;
    if (this.#keys === undefined) {
      // The Finished may overtake what it depends upon.
      if (this.#waiting.length < 4) this.#waiting.push({ ...record, fragment: record.fragment.slice() });
      return NOTHING;
    }
    const plain = this.#opened(record, this.#keys.client);
    if (plain === undefined || record.type !== CONTENT.handshake) return NOTHING;
    return this.#messages(plain, at);
  }

  #plainRecord(record: DtlsRecord, at: number): DtlsOutcome {
    if (record.type === CONTENT.alert && record.fragment[0] === 2 && this.#step !== 'done') {
      return this.#fail(`the peer gave up, alert ${record.fragment[1] ?? 0}`);
    }
    if (record.type !== CONTENT.handshake) return NOTHING;
    return this.#messages(record.fragment, at);
  }

  #messages(fragment: Uint8Array, at: number): DtlsOutcome {
    const isOld = fragment.length >= 6 && ((fragment[4] as number) << 8) + (fragment[5] as number) < this.#reader.next;
    if (isOld) return this.#isWorthRepeating(fragment) ? this.#repeat(at) : NOTHING;
    if (!this.#reader.push(fragment)) return NOTHING;
    const outcomes: DtlsOutcome[] = [];
    for (let message = this.#reader.take(); message !== undefined; message = this.#reader.take()) {
      outcomes.push(this.#message(message, at));
      if (this.#step === 'failed') break;
    }
    return merged(outcomes);
  }

  /** The peer repeats the first or the last message of its flight: ours was lost. */
  #isWorthRepeating(fragment: Uint8Array): boolean {
    return fragment[0] === HANDSHAKE.clientHello || fragment[0] === HANDSHAKE.finished;
  }

  #message(message: HandshakeMessage, at: number): DtlsOutcome {
    switch (message.type) {
      case HANDSHAKE.clientHello:
        return this.#step === 'hello' ? this.#takeHello(message, at) : this.#outOfPlace(message);
      case HANDSHAKE.certificate:
        return this.#step === 'certificate' ? this.#takeCertificate(message) : this.#outOfPlace(message);
      case HANDSHAKE.clientKeyExchange:
        return this.#step === 'key exchange' ? this.#takeKeyExchange(message) : this.#outOfPlace(message);
      case HANDSHAKE.certificateVerify:
        return this.#step === 'verify' ? this.#takeVerify(message, at) : this.#outOfPlace(message);
      case HANDSHAKE.finished:
        return this.#step === 'finished' ? this.#takeFinished(message, at) : this.#outOfPlace(message);
      default:
        return this.#outOfPlace(message);
    }
  }

  #takeHello(message: HandshakeMessage, at: number): DtlsOutcome {
    const hello = readClientHello(message.body);
    if (hello === undefined) return this.#fail('a hello that cannot be read');
    const suite = this.#options.suites.find((name) => hello.srtpProfiles.includes(SRTP_PROFILES[name].dtlsProfile));
    if (suite === undefined) return this.#fail('no SRTP profile in common');
    const isSpoken = hello.cipherSuites.includes(CIPHER_SUITE) && hello.groups.includes(GROUP_P256);
    if (!isSpoken) return this.#fail('no cipher suite in common');
    const { primitives, certificate } = this.#options;
    this.#hello = hello;
    this.#suite = suite;
    this.#serverRandom = primitives.random(32);
    this.#exchange = primitives.keyExchange();
    this.#note(message);
    this.#step = 'certificate';
    const { dtlsProfile } = SRTP_PROFILES[suite];
    return this.#flight(
      [
        this.#own(HANDSHAKE.serverHello, writeServerHello(hello, this.#serverRandom, dtlsProfile)),
        this.#own(HANDSHAKE.certificate, certificateList(certificate)),
        this.#own(HANDSHAKE.serverKeyExchange, this.#serverKeyExchange(hello, this.#exchange)),
        this.#own(HANDSHAKE.certificateRequest, CERTIFICATE_REQUEST),
        this.#own(HANDSHAKE.serverHelloDone, new Uint8Array(0)),
      ].map((fragment) => ({ type: CONTENT.handshake, epoch: 0, fragment })),
      at,
    );
  }

  /** The named curve, our half of the exchange, and our signature over both randoms and it (RFC 8422 §5.4). */
  #serverKeyExchange(hello: ClientHello, { publicKey }: KeyExchange): Uint8Array {
    const parameters = joined([3], number16(GROUP_P256), [publicKey.length], publicKey);
    const signature = this.#options.primitives.sign(joined(hello.random, this.#serverRandom, parameters));
    return joined(parameters, number16(0x0403), vector16(signature));
  }

  #takeCertificate(message: HandshakeMessage): DtlsOutcome {
    const list = new ByteReader(new ByteReader(message.body).vector(3));
    const certificate = list.vector(3);
    if (list.isBroken || certificate.length === 0) return this.#fail('the peer shows no certificate');
    const { primitives, peerFingerprint } = this.#options;
    const digest = primitives.fingerprint(peerFingerprint.hash, certificate);
    if (digest === undefined || !isEqual(digest, fromHex(peerFingerprint.value))) {
      return this.#fail('the certificate is not the one that was described');
    }
    this.#peerCertificate = certificate.slice();
    this.#note(message);
    this.#step = 'key exchange';
    return NOTHING;
  }

  #takeKeyExchange(message: HandshakeMessage): DtlsOutcome {
    const reader = new ByteReader(message.body);
    const peerKey = reader.vector(1);
    const hello = this.#hello;
    const premaster = reader.isBroken ? undefined : this.#exchange?.secretWith(peerKey);
    if (premaster === undefined || hello === undefined) return this.#fail('a key exchange that cannot be used');
    this.#note(message);
    const { primitives } = this.#options;
    const randoms = joined(hello.random, this.#serverRandom);
    // RFC 7627 §4: bound to the whole handshake so far where the peer can do so.
    const master = hello.hasExtendedMasterSecret
      ? pseudoRandom(primitives, premaster, 'extended master secret', primitives.sha256(this.#transcript), 48)
      : pseudoRandom(primitives, premaster, 'master secret', randoms, 48);
    this.#session = { master, clientRandom: hello.random, serverRandom: this.#serverRandom };
    this.#step = 'verify';
    return NOTHING;
  }

  #takeVerify(message: HandshakeMessage, at: number): DtlsOutcome {
    const reader = new ByteReader(message.body);
    const scheme = SIGNATURE_SCHEMES.get(reader.number(2));
    const signature = reader.vector(2);
    const isSigned =
      !reader.isBroken &&
      scheme !== undefined &&
      this.#options.primitives.verify(this.#peerCertificate, scheme, this.#transcript, signature);
    if (!isSigned || this.#session === undefined)
      return this.#fail('the peer does not hold the key of its certificate');
    this.#note(message);
    this.#keys = recordKeys(this.#options.primitives, this.#session);
    this.#step = 'finished';
    const waiting = this.#waiting;
    this.#waiting = [];
    return merged(waiting.map((record) => this.#record(record, at)));
  }

  #takeFinished(message: HandshakeMessage, at: number): DtlsOutcome {
    const session = this.#session;
    if (session === undefined || !isEqual(message.body, this.#verifyData(session, 'client finished'))) {
      return this.#fail('the handshake was tampered with');
    }
    this.#note(message);
    const finished = this.#own(HANDSHAKE.finished, this.#verifyData(session, 'server finished'));
    const sent = this.#flight(
      [
        { type: CONTENT.changeCipherSpec, epoch: 0, fragment: Uint8Array.of(1) },
        { type: CONTENT.handshake, epoch: 1, fragment: finished },
      ],
      at,
    );
    this.#step = 'done';
    const { keyBytes, saltBytes } = SRTP_PROFILES[this.#suite];
    const secrets = srtpSecrets(this.#options.primitives, session, keyBytes, saltBytes);
    return { ...sent, keys: { suite: this.#suite, send: secrets.server, receive: secrets.client } };
  }

  #verifyData({ master }: Session, label: string): Uint8Array {
    const { primitives } = this.#options;
    return pseudoRandom(primitives, master, label, primitives.sha256(this.#transcript), 12);
  }

  #outOfPlace({ type }: HandshakeMessage): DtlsOutcome {
    return this.#step === 'done' ? NOTHING : this.#fail(`message ${type} out of place`);
  }

  #fail(why: string): DtlsOutcome {
    this.#step = 'failed';
    this.#repeatAt = Number.POSITIVE_INFINITY;
    const alert = { type: CONTENT.alert, epoch: 0, fragment: Uint8Array.of(2, 40) };
    return { send: [this.#written(alert)], failed: why };
  }

  #own(type: number, body: Uint8Array): Uint8Array {
    const message = { type, number: this.#sendNumber, body };
    this.#sendNumber += 1;
    this.#note(message);
    return writeHandshake(message);
  }

  #note(message: HandshakeMessage): void {
    this.#transcript = joined(this.#transcript, writeHandshake(message));
  }

  #flight(
    records: readonly { readonly type: number; readonly epoch: number; readonly fragment: Uint8Array }[],
    at: number,
  ): DtlsOutcome {
    this.#lastFlight = records;
    this.#repeats = 0;
    this.#waitMs = FIRST_WAIT_MS;
    this.#repeatAt = at + this.#waitMs;
    return { send: packed(records.map((record) => this.#written(record))) };
  }

  #repeat(at: number): DtlsOutcome {
    if (this.#repeats >= MAX_REPEATS) return NOTHING;
    this.#repeats += 1;
    this.#waitMs = Math.min(this.#waitMs * 2, MAX_WAIT_MS);
    this.#repeatAt = at + this.#waitMs;
    return { send: packed(this.#lastFlight.map((record) => this.#written(record))) };
  }

  /** A record gets its number when it is sent, also when it is sent again. */
  #written({
    type,
    epoch,
    fragment,
  }: {
    readonly type: number;
    readonly epoch: number;
    readonly fragment: Uint8Array;
  }): Uint8Array {
    const sequence = this.#sendSequence[epoch] ?? 0;
    this.#sendSequence[epoch] = sequence + 1;
    const keys = this.#keys;
    const content = epoch === 1 && keys !== undefined ? this.#sealed(type, sequence, fragment, keys.server) : fragment;
    return writeRecord({ type, epoch, sequence, fragment: content });
  }

  /** RFC 5288 §3: the explicit part of the nonce is the record's own number. */
  #sealed(type: number, sequence: number, plain: Uint8Array, keys: RecordKeys): Uint8Array {
    const explicit = epochAndSequence(1, sequence);
    const associated = joined(explicit, [type, 0xfe, 0xfd], number16(plain.length));
    return joined(explicit, this.#options.primitives.seal(keys.key, joined(keys.iv, explicit), associated, plain));
  }

  #opened({ type, epoch, sequence, fragment }: DtlsRecord, keys: RecordKeys): Uint8Array | undefined {
    const length = fragment.length - 8 - TAG_BYTES;
    if (length < 0) return undefined;
    const nonce = joined(keys.iv, fragment.subarray(0, 8));
    const associated = joined(epochAndSequence(epoch, sequence), [type, 0xfe, 0xfd], number16(length));
    return this.#options.primitives.open(keys.key, nonce, associated, fragment.subarray(8));
  }
}

/** ecdsa_sign and rsa_sign; the two signature schemes we can check; no names of authorities (RFC 5246 §7.4.4). */
const CERTIFICATE_REQUEST = Uint8Array.of(2, 64, 1, 0, 4, 0x04, 0x03, 0x04, 0x01, 0, 0);

function certificateList(certificate: Uint8Array): Uint8Array {
  return joined(number24(certificate.length + 3), number24(certificate.length), certificate);
}

function merged(outcomes: readonly DtlsOutcome[]): DtlsOutcome {
  const send = outcomes.flatMap((one) => one.send);
  return Object.assign({}, ...outcomes, { send });
}

/** As many records a datagram as fit. Ours are all shorter than one. */
function packed(records: readonly Uint8Array[]): readonly Uint8Array[] {
  const datagrams: Uint8Array[] = [];
  for (const record of records) {
    const last = datagrams.at(-1);
    if (last !== undefined && last.length + record.length <= MAX_DATAGRAM)
      datagrams[datagrams.length - 1] = joined(last, record);
    else datagrams.push(record);
  }
  return datagrams;
}

function fromHex(text: string): Uint8Array {
  return Uint8Array.from(text.split(':'), (octet) => Number.parseInt(octet, 16));
}
