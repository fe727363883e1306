import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { createHash, X509Certificate } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newIdentity } from '../../../src/engines/media/dtls-primitives.ts';
import { type DtlsKeys, type DtlsOutcome, DtlsServer } from '../../../src/protocol/dtls/server.ts';
import type { SrtpSuite } from '../../../src/protocol/srtp/profiles.ts';

export const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

/** OpenSSL's names of the profiles. */
const PROFILES: Readonly<Record<SrtpSuite, string>> = {
  AES_CM_128_HMAC_SHA1_80: 'SRTP_AES128_CM_SHA1_80',
  AES_CM_128_HMAC_SHA1_32: 'SRTP_AES128_CM_SHA1_32',
  AEAD_AES_128_GCM: 'SRTP_AEAD_AES_128_GCM',
  AEAD_AES_256_GCM: 'SRTP_AEAD_AES_256_GCM',
};

export interface Wishes {
  readonly suite?: SrtpSuite;
  readonly keyType?: 'ec' | 'rsa';
  readonly moreOptions?: readonly string[];
  /** What the server expects, when it shall not be the client's own. */
  readonly fingerprint?: string;
  /** Which of the server's datagrams are lost, counted from 0. */
  readonly lost?: (datagram: number) => boolean;
}

export interface Result {
  readonly keys: DtlsKeys | undefined;
  readonly failed: string | undefined;
  readonly exported: string | undefined;
}

/** A handshake of OpenSSL's client with our server over real datagrams. */
export async function handshake(wishes: Wishes = {}): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'dtls-'));
  const socket = createSocket('udp4');
  let client: ChildProcess | undefined;
  let timer: NodeJS.Timeout | undefined;
  try {
    const fingerprint = makeCertificate(folder, wishes.keyType ?? 'ec');
    const suite = wishes.suite ?? 'AES_CM_128_HMAC_SHA1_80';
    const { certificate, primitives } = newIdentity();
    const server = new DtlsServer({
      primitives,
      certificate,
      peerFingerprint: { hash: 'sha-256', value: wishes.fingerprint ?? fingerprint },
      suites: [suite],
    });
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', () => resolve()));
    const { ended, wait } = serve(server, socket, wishes.lost ?? (() => false));
    timer = wait;
    client = startClient(folder, socket.address().port, suite, wishes.moreOptions ?? []);
    const output = collect(client);
    const outcome = await ended;
    if (outcome.keys !== undefined) await output.has('Keying material: ');
    return {
      keys: outcome.keys,
      failed: outcome.failed,
      exported: /Keying material: ([0-9A-F]+)/.exec(output.text())?.[1],
    };
  } finally {
    clearInterval(timer);
    client?.kill('SIGKILL');
    socket.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function serve(server: DtlsServer, socket: Socket, isLost: (datagram: number) => boolean) {
  let sent = 0;
  let peer = 0;
  let wait: NodeJS.Timeout | undefined;
  const ended = new Promise<DtlsOutcome>((resolve) => {
    const act = (outcome: DtlsOutcome) => {
      for (const datagram of outcome.send) {
        if (!isLost(sent)) socket.send(datagram, peer, '127.0.0.1');
        sent += 1;
      }
      if (outcome.keys !== undefined || outcome.failed !== undefined) resolve(outcome);
    };
    socket.on('message', (packet, from) => {
      peer = from.port;
      act(server.handle(packet, performance.now()));
    });
    wait = setInterval(() => act(server.tick(performance.now())), 50);
  });
  return { ended, wait };
}

function makeCertificate(folder: string, type: 'ec' | 'rsa'): string {
  const key = type === 'ec' ? ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'] : ['-newkey', 'rsa:2048'];
  const files = ['-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem')];
  execFileSync('openssl', ['req', '-x509', ...key, ...files, '-days', '2', '-nodes', '-subj', '/CN=phone'], {
    stdio: 'ignore',
  });
  const { raw } = new X509Certificate(readFileSync(join(folder, 'cert.pem')));
  return (createHash('sha256').update(raw).digest('hex').toUpperCase().match(/../g) ?? []).join(':');
}

function startClient(folder: string, port: number, suite: SrtpSuite, more: readonly string[]): ChildProcess {
  const files = ['-cert', join(folder, 'cert.pem'), '-key', join(folder, 'key.pem')];
  const bytes = suite.startsWith('AES_CM') ? 60 : suite === 'AEAD_AES_256_GCM' ? 88 : 56;
  const exporter = ['-keymatexport', 'EXTRACTOR-dtls_srtp', '-keymatexportlen', String(bytes)];
  return spawn(
    'openssl',
    [
      's_client',
      '-dtls1_2',
      '-connect',
      `127.0.0.1:${port}`,
      ...files,
      '-use_srtp',
      PROFILES[suite],
      ...exporter,
      ...more,
    ],
    { stdio: ['pipe', 'pipe', 'pipe'] },
  );
}

function collect(client: ChildProcess) {
  let text = '';
  let look: () => void = () => undefined;
  client.stdout?.on('data', (bytes) => {
    text += bytes;
    look();
  });
  return {
    text: () => text,
    has: (what: string) =>
      new Promise<void>((resolve, reject) => {
        const patience = setTimeout(
          () => reject(new Error(`openssl did not say ${what}: ${text.slice(-500)}`)),
          30_000,
        );
        look = () => {
          if (!text.includes(what)) return;
          clearTimeout(patience);
          resolve();
        };
        look();
      }),
  };
}
