import type { Draft } from '../draft.ts';
import { type Path, pathText, type Report } from '../problem.ts';
import type { ExchangeFile, SipListen } from '../schema.ts';
import { checkTimeZone } from './time-zone.ts';

/** +33 and nine digits. */
const frenchLength = 12;

/** Holds what stands in exchange.yaml against itself. */
export function checkExchange(exchange: Draft<ExchangeFile>, report: Report): void {
  checkDidPrefix(exchange, report);
  checkRegistration(exchange, report);
  checkListening(exchange, report);
  checkSound(exchange, report);
  checkTimeZone(exchange, report);
}

function checkDidPrefix(exchange: Draft<ExchangeFile>, report: Report): void {
  const { extensions } = exchange.values;
  if (extensions === undefined || !extensions.didPrefix.startsWith('+33')) return;
  const { didPrefix, digits } = extensions;
  const length = didPrefix.length + digits;
  if (length === frenchLength) return;
  const says = `${didPrefix} and an extension of ${digits} digits are ${length - 1} digits, and French numbers have ${frenchLength - 1}`;
  const expected = `+33 and ${frenchLength - 3 - digits} more digits`;
  add(exchange, ['extensions', 'didPrefix'], says, expected, report);
}

function checkRegistration(exchange: Draft<ExchangeFile>, report: Report): void {
  const { registration } = exchange.values;
  if (registration === undefined) return;
  const { seconds, secondsAtLeast, secondsAtMost } = registration;
  if (secondsAtLeast <= seconds && seconds <= secondsAtMost) return;
  const says = `a phone that asks for nothing would be given ${seconds} seconds, which is not from ${secondsAtLeast} to ${secondsAtMost}`;
  add(exchange, ['registration', 'seconds'], says, 'secondsAtLeast ≤ seconds ≤ secondsAtMost', report, String(seconds));
}

function checkListening(exchange: Draft<ExchangeFile>, report: Report): void {
  const { sip, http } = exchange.values;
  const seen: { readonly address: string; readonly port: number; readonly transport: string }[] = [];
  if (http !== undefined) seen.push({ address: http.host, port: http.port, transport: 'tcp' });
  for (const [index, one] of (sip?.listen ?? []).entries()) {
    const other = seen.find((before) => clash(before, one));
    if (other !== undefined) {
      const says = `${one.address}:${one.port} ${one.transport} is listened on already`;
      add(exchange, ['sip', 'listen', index, 'port'], says, 'a port of its own, also beside http', report);
    }
    seen.push(one);
    checkCertificate(exchange, index, one, report);
  }
}

/** Two halves of one range each. */
const soundRanges = [
  ['portFrom', 'portTo'],
  ['jitterMinMs', 'jitterMaxMs'],
] as const;

function checkSound(exchange: Draft<ExchangeFile>, report: Report): void {
  const media = exchange.values.engine?.media;
  if (media?.is !== 'embedded') return;
  for (const [least, most] of soundRanges) {
    const [from, to] = [media.rtp[least], media.rtp[most]];
    if (from < to || (from === to && most === 'jitterMaxMs')) continue;
    const says = `${least} is ${from}, which leaves nothing up to ${to}`;
    add(exchange, ['engine', 'media', 'rtp', most], says, `more than ${least}`, report, String(to));
  }
}

function checkCertificate(exchange: Draft<ExchangeFile>, index: number, one: SipListen, report: Report): void {
  const { transport, certificate, key } = one;
  const at = (name: string): Path => ['sip', 'listen', index, name];
  const isTls = transport === 'wss';
  const isWrong = isTls
    ? certificate === undefined || key === undefined
    : certificate !== undefined || key !== undefined;
  if (isWrong) {
    const says = isTls ? 'wss needs a certificate and its key' : `${transport} has no certificate`;
    add(exchange, at('transport'), says, 'certificate and key with wss, and with nothing else', report);
  }
  const isWeb = transport === 'ws' || transport === 'wss';
  for (const name of ['origins', 'proxies'] as const) {
    if (one[name] === undefined || isWeb) continue;
    add(exchange, at(name), `${transport} has no ${name}`, `${name} with ws or wss`, report);
  }
}

interface Listening {
  readonly address: string;
  readonly port: number;
  readonly transport: string;
}

function clash(a: Listening, b: Listening): boolean {
  const everywhere = a.address === '0.0.0.0' || b.address === '0.0.0.0';
  return a.port !== 0 && a.port === b.port && socketOf(a) === socketOf(b) && (everywhere || a.address === b.address);
}

/** WebSockets are TCP to the machine. */
function socketOf({ transport }: Pick<Listening, 'transport'>): 'udp' | 'tcp' {
  return transport === 'udp' ? 'udp' : 'tcp';
}

function add(
  { written }: Draft<ExchangeFile>,
  path: Path,
  says: string,
  expected: string,
  report: Report,
  found?: string,
): void {
  report.add(written.mark(path), { path: pathText(path), says, expected, ...(found !== undefined && { found }) });
}
