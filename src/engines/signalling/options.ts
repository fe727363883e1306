/** Options of the signalling engine, with the meaning of each; the configuration composes this schema. */
import { z } from 'zod';

const Port = z.int().min(0).max(65_535);
const positive = z.int().positive();

export const Listen = z.strictObject({
  transport: z
    .enum(['udp', 'tcp', 'ws', 'wss'])
    .describe('UDP, TCP, WebSocket or WebSocket over TLS; one entry for each'),
  address: z.string().min(1).describe('IPv4 address to bind, or * for every address that is not loopback'),
  port: Port.default(5060).describe('Port to bind; 0 takes a free one'),
  external: z.string().min(1).optional().describe('Address peers are told instead, behind one-to-one NAT'),
  origins: z
    .array(z.string().min(1))
    .optional()
    .describe('WebSocket: pages that may connect, by origin; absent: every one'),
  proxies: z.array(z.string().min(1)).optional().describe('WebSocket: addresses whose X-Forwarded-For is believed'),
  certificate: z
    .string()
    .min(1)
    .optional()
    .describe('wss: PEM file of the certificate and what leads to its authority'),
  key: z.string().min(1).optional().describe('wss: PEM file of its key'),
});
export type Listen = z.infer<typeof Listen>;

export const Admin = z.strictObject({
  address: z.string().default('127.0.0.1').describe('Where applications connect; keep it on loopback'),
  port: Port.default(9022).describe('TCP port for applications; 0 takes a free one'),
  secret: z.string().min(1).describe('What an application must present first'),
});

export const Timers = z
  .strictObject({
    t1: positive.describe('Round trip estimate, ms (RFC 3261 T1)'),
    t2: positive.describe('Longest retransmission interval, ms (T2)'),
    t4: positive.describe('Longest life of a message in the network, ms (T4)'),
    d: positive.describe('How long final responses to INVITE are absorbed, ms (timer D)'),
    ringingMs: positive.describe(
      'Silence after a provisional response before an outgoing INVITE is cancelled (timer C)',
    ),
    unansweredMs: positive.describe('How long a new request waits for an application'),
    graceMs: positive.describe('After an application is lost: wait this long, then end its calls with BYE'),
    sessionSecondMs: positive.describe('Length of one second of a session timer; only tests change it'),
  })
  .partial();

export const Limits = z
  .strictObject({
    messageBytes: positive.describe('Longest SIP message, bytes'),
    maxHeaders: positive.describe('Most header lines in a message'),
    connections: positive.describe('Most connections of a TCP or WebSocket listener'),
    connectionsPerSource: positive.describe('The same from one address'),
    messageCompletionMs: positive.describe('A message begun on TCP must be complete within this'),
    idleMs: positive.describe('TCP connections without traffic are closed after this'),
    writeQueueBytes: positive.describe(
      'Bytes waiting for a TCP peer that does not read, then its connection is closed',
    ),
    connectMs: positive.describe('Time a TCP connection may take to stand'),
    pingMs: positive.describe('A WebSocket gives a sign of life this often or is closed'),
    transactions: positive.describe('Most server transactions; new requests beyond get 503'),
    newRequestsPerSecond: positive.describe(
      'Most new requests (outside dialogs) a second from one address; more are dropped',
    ),
    applications: positive.describe('Most connected applications'),
    frameBytes: positive.describe('Longest frame of an application; a longer one ends its connection'),
    applicationQueueBytes: positive.describe('Bytes waiting for an application that does not read, then it is cut off'),
  })
  .partial();

export const Scanners = z.strictObject({
  action: z.enum(['reject', 'discard']).default('reject').describe('Answer 603, or say nothing'),
  userAgent: z.array(z.string().min(1)).default([]).describe('Parts of a User-Agent that give a scanner away'),
  to: z.array(z.string().min(1)).default([]).describe('The same in To'),
  from: z.array(z.string().min(1)).default([]).describe('The same in From'),
});

export const SignallingOptions = z.strictObject({
  listen: z.array(Listen).min(1).describe('Where SIP peers reach us'),
  admin: Admin,
  timers: Timers.default({}),
  limits: Limits.default({}),
  scanners: Scanners.optional().describe('Known scanners, told by what they call themselves'),
  unlimited: z.array(z.string()).default([]).describe('Addresses without a limit on new requests: trunks, load tests'),
  natContacts: z.boolean().default(true).describe('Send to where packets came from when a UDP Contact says otherwise'),
  sessionRefresher: z
    .enum(['none', 'uac', 'uas'])
    .default('none')
    .describe('Who refreshes when a caller asks for a session timer without saying who'),
  optionsAnsweredFor: z
    .array(z.string().min(1))
    .default([])
    .describe('OPTIONS whose User-Agent contains one of these gets 200 from the engine itself'),
});
export type SignallingOptions = z.infer<typeof SignallingOptions>;

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
/** No phone number and no secret is ever in `message` or `fields` above debug. */
export type Log = (level: LogLevel, message: string, fields?: Readonly<Record<string, string | number>>) => void;
