import { createHash, randomBytes, randomInt, randomUUID } from 'node:crypto';
import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  fsyncSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Line } from '../domain/line.ts';
import { isGoodPin } from '../domain/pin.ts';
import type { SecretRef } from '../domain/secret.ts';
import { linePassword } from './line-password.ts';

/** The secrets of one exchange: those it made itself, and those it was told where to find. */
export interface Secrets {
  /** What a reference stands for. `missing` is a sentence for the operator, which never holds a secret. */
  resolve(ref: SecretRef): Secret;
  /** A PIN of the telephone: 4 to 10 digits. A generated one has six. */
  pin(ref: SecretRef): Secret;
  /** The password of a line's account: from where the line says, else derived from the master key. */
  ofLine(line: Pick<Line, 'id' | 'password'>): Secret;
}

export type Secret = { readonly secret: string } | { readonly missing: string };

export type DigestAlgorithm = 'MD5' | 'SHA-256';

const bytesAtMost = 4_096;
const masterKeyName = 'master.key';

/**
 * Opens `secrets/` in the data folder and makes what is missing: the folder (0700) and the master key (0600).
 * Throws with a sentence for the operator when others could read them, or when they cannot be written.
 */
export function openSecrets(
  dataFolder: string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Secrets {
  const folder = join(dataFolder, 'secrets');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { mode } = lstatSync(folder);
  if ((mode & 0o077) !== 0) throw new Error(`others may look into ${folder}: chmod 700 it`);
  const masterKey = generated(folder, masterKeyName);
  if ('missing' in masterKey) throw new Error(masterKey.missing);
  if (!/^[0-9a-f]{64}$/.test(masterKey.secret)) {
    throw new Error(`${join(folder, masterKeyName)} is no master key: 64 hex digits are; every password hangs on it`);
  }
  return secretsIn(folder, environment, {
    generated: (name, make) => generated(folder, name, make),
    derived: (id) => ({ secret: linePassword(masterKey.secret, id) }),
  });
}

/** What `openSecrets` would find. Nothing is made: what is still to be made counts as there, and tells nothing. */
export function peekAtSecrets(
  dataFolder: string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Secrets {
  const folder = join(dataFolder, 'secrets');
  const toBeMade: Secret = { secret: '' };
  return secretsIn(folder, environment, {
    generated: (name) => (existsSync(join(folder, name)) ? fromFile(folder, name) : toBeMade),
    derived: () => toBeMade,
  });
}

interface Making {
  readonly generated: (name: string, make?: () => string) => Secret;
  readonly derived: (line: Line['id']) => Secret;
}

function secretsIn(
  folder: string,
  environment: Readonly<Record<string, string | undefined>>,
  { generated, derived }: Making,
): Secrets {
  const resolve = (ref: SecretRef): Secret => {
    if ('env' in ref) return fromEnvironment(ref.env, environment);
    return 'file' in ref ? fromFile(folder, ref.file) : generated(ref.generated);
  };
  const pin = (ref: SecretRef): Secret => ('generated' in ref ? generated(ref.generated, newPin) : resolve(ref));
  return {
    resolve,
    pin: (ref) => {
      const found = pin(ref);
      // Only what is still to be made is empty.
      return 'secret' in found && found.secret === '' ? found : asPin(found);
    },
    ofLine: ({ id, password }) => (password === undefined ? derived(id) : resolve(password)),
  };
}

/** RFC 7616 §3.4.2, RFC 8760: H(username:realm:password), what a verifier needs of a password. Lower-case hex. */
export function ha1(algorithm: DigestAlgorithm, username: string, realm: string, password: string): string {
  const hash = createHash(algorithm === 'MD5' ? 'md5' : 'sha256');
  return hash.update(`${username}:${realm}:${password}`, 'utf8').digest('hex');
}

function fromEnvironment(name: string, environment: Readonly<Record<string, string | undefined>>): Secret {
  const secret = environment[name];
  return secret ? { secret } : { missing: `the environment variable ${name} is not set` };
}

function asPin(found: Secret): Secret {
  if ('missing' in found || isGoodPin(found.secret)) return found;
  return { missing: 'what was found is no PIN: 4 to 10 digits are, not all alike and no run' };
}

function newPin(): string {
  for (;;) {
    const pin = String(randomInt(1_000_000)).padStart(6, '0');
    if (isGoodPin(pin)) return pin;
  }
}

const newSecret = (): string => randomBytes(32).toString('hex');

/** Made at the first asking: 32 random bytes in hex, unless it is to be something else. */
function generated(folder: string, name: string, make = newSecret): Secret {
  try {
    if (!existsSync(join(folder, name))) createOnce(folder, name, make());
  } catch (error) {
    return { missing: `${join(folder, name)} cannot be written: ${codeOf(error)}` };
  }
  return fromFile(folder, name);
}

function fromFile(folder: string, name: string): Secret {
  const path = join(folder, name);
  try {
    const descriptor = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      return readSecret(path, descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT') return { missing: `there is no ${path}` };
    return { missing: code === 'ELOOP' ? `${path} is a link` : `${path} cannot be read: ${code}` };
  }
}

function readSecret(path: string, descriptor: number): Secret {
  const status = fstatSync(descriptor);
  if (!status.isFile()) return { missing: `${path} is no regular file` };
  if ((status.mode & 0o077) !== 0) return { missing: `others may read ${path}: chmod 600 it` };
  if (status.size > bytesAtMost) return { missing: `${path} is longer than ${bytesAtMost} bytes` };
  const bytes = Buffer.alloc(bytesAtMost);
  const length = readSync(descriptor, bytes, 0, bytesAtMost, 0);
  const secret = bytes.toString('utf8', 0, length).replace(/\r?\n$/, '');
  return secret === '' ? { missing: `${path} is empty` } : { secret };
}

/** Whole at once, and never over one that is there: two that start together end up with the same secret. */
function createOnce(folder: string, name: string, secret: string): void {
  const draft = join(folder, `.${name}.${randomUUID()}`);
  const descriptor = openSync(draft, 'wx', 0o600);
  try {
    writeSync(descriptor, `${secret}\n`);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  try {
    linkSync(draft, join(folder, name));
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  } finally {
    unlinkSync(draft);
  }
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'a fault';
}
