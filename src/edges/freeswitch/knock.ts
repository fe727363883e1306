import { connect, type Socket } from 'node:net';
import { profileWord, secretWord } from './words.ts';

/** A media server, and what it is told about us. */
export interface ServerAddress {
  readonly host: string;
  readonly port: number;
  readonly secret: string;
  /** The SIP profile to be found in `sofia status`. */
  readonly profile: string;
}

/** `from`: the address of this machine by which the server is reached; channels call back there. */
export type Knock = { readonly ok: true; readonly from: string } | { readonly ok: false; readonly why: string };

const knockMs = 3_000;
const bytesAtMost = 65_536;

/**
 * Looks whether the server lets us in and has our SIP profile, before the library connects: with a wrong password that would
 * wait for ever, refused it would try again for ever, and without the profile it throws where nobody can catch it. Never rejects.
 */
export function knock(server: ServerAddress): Promise<Knock> {
  return new Promise((settle) => {
    const socket = connect({ host: server.host, port: server.port });
    let text = '';
    let step: Step = 'waits';
    const done = (result: Knock): void => {
      socket.destroy();
      settle(result);
    };
    const fail = (why: string): void => done({ ok: false, why });
    const go = (next: Step): void => {
      step = next;
      text = '';
      if (next === 'in') done({ ok: true, from: from(socket) });
      else socket.write(next === 'names itself' ? `auth ${secretWord(server.secret)}\n\n` : 'api sofia status\n\n');
    };
    const read = (): void => {
      const next = stepAfter(step, text, server.profile);
      if (next === undefined) return;
      if ('why' in next) fail(next.why);
      else go(next.step);
    };
    socket.setTimeout(knockMs, () => fail('it does not answer'));
    socket.setEncoding('utf8');
    socket.on('data', (data) => {
      text += String(data);
      if (text.length > bytesAtMost) fail('it is no event socket');
      else read();
    });
    socket.on('error', (error) => fail(error.message));
    socket.on('close', () => fail('it closed the connection'));
  });
}

type Step = 'waits' | 'names itself' | 'asks' | 'in';

/** What a server's words lead to; nothing while they are not complete. */
function stepAfter(
  step: Step,
  text: string,
  profile: string,
): { readonly step: Step } | { readonly why: string } | undefined {
  if (text.includes('text/rude-rejection')) return { why: 'it does not talk to this address' };
  switch (step) {
    case 'waits':
      return text.includes('auth/request') ? { step: 'names itself' } : undefined;
    case 'names itself':
      if (text.includes('-ERR')) return { why: 'it refuses our password' };
      return text.includes('+OK accepted') ? { step: 'asks' } : undefined;
    default:
      if (!isWhole(text)) return undefined;
      return hasProfile(text, profile) ? { step: 'in' } : { why: `it has no SIP profile ${profile}` };
  }
}

function isWhole(text: string): boolean {
  const length = /Content-Length: (\d+)/.exec(text)?.[1];
  const body = text.indexOf('\n\n');
  return length !== undefined && body >= 0 && Buffer.byteLength(text.slice(body + 2)) >= Number(length);
}

/** The line the library will look for: with an IPv4 address. */
function hasProfile(text: string, profile: string): boolean {
  return new RegExp(`^\\s*${profileWord(profile)}\\s.*sip:mod_sofia@(\\d{1,3}\\.){3}\\d{1,3}:\\d+`, 'm').test(text);
}

function from({ localAddress = '127.0.0.1' }: Socket): string {
  return localAddress.replace(/^::ffff:/, '');
}
