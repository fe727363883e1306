import type { z } from 'zod';
import type { Mark } from '../../domain/message.ts';
import type { ServiceMode } from '../../domain/service.ts';
import type { OnlyWhen } from '../../domain/wishes.ts';
import {
  CallBackReply,
  type CallBacksQuestion,
  CallBacksReply,
  CallReply,
  type CallsQuestion,
  CallsReply,
  ErrorReply,
  type ExplainQuestion,
  ExplainReply,
  type LedgerQuestion,
  LedgerReply,
  MailboxesReply,
  MailboxReply,
  MeetingsReply,
  MessageReply,
  MessagesReply,
  PurgeReply,
  RecordingReply,
  RecordingsReply,
  RegistrationsReply,
  ReloadReply,
  ServiceReply,
  ServicesReply,
  StatusReply,
  TrunksReply,
  WishesReply,
} from './api.ts';

/** The exchange answered, and the answer is no: `message` is its sentence. */
export class Refused extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Nobody answered at that address. */
export class Unreachable extends Error {}

export type ExchangeClient = ReturnType<typeof exchangeClient>;

const waitMs = 15_000;
const bytesAtMost = 32 * 1024 * 1024;

/** Asks the running exchange. Every question rejects with `Unreachable` or `Refused`. */
export function exchangeClient(url: string, token: string) {
  const get = <T>(path: string, schema: z.ZodType<T>, question: object = {}) =>
    ask({ url: `${url}${path}${queryOf(question)}`, token, method: 'GET', good: [200] }, schema);
  const post = <T>(path: string, schema: z.ZodType<T>) =>
    ask({ url: `${url}${path}`, token, method: 'POST', good: [200] }, schema);
  const part = encodeURIComponent;
  return {
    mailboxes: async () => (await get('/api/mailboxes', MailboxesReply)).mailboxes,
    messages: async (mailbox: string, question: { readonly deleted: boolean }) =>
      (await get(`/api/mailboxes/${part(mailbox)}/messages`, MessagesReply, question)).messages,
    message: (id: string) => get(`/api/messages/${part(id)}`, MessageReply),
    sound: (id: string) => fetched(`${url}/api/messages/${part(id)}/sound`, token),
    markMessage: (id: string, as: Mark) => post(`/api/messages/${part(id)}/mark/${as}`, MessageReply),
    resetPin: (mailbox: string) => post(`/api/mailboxes/${part(mailbox)}/pin/reset`, MailboxReply),
    expiredMessages: async () => (await get('/api/messages/expired', MessagesReply)).messages,
    purgeMessages: async () => (await post('/api/messages/purge', PurgeReply)).purged,
    status: () => get('/api/status', StatusReply),
    reload: () => ask({ url: `${url}/api/reload`, token, method: 'POST', good: [200, 422] }, ReloadReply),
    calls: async (question: Partial<CallsQuestion>) => (await get('/api/calls', CallsReply, question)).calls,
    call: (id: string) => get(`/api/calls/${encodeURIComponent(id)}`, CallReply),
    wishes: (line: string) => get(`/api/lines/${encodeURIComponent(line)}/wishes`, WishesReply),
    wish: (line: string, code: string, only: OnlyWhen = {}) => {
      const asked = new URLSearchParams(
        Object.entries({ from: only.from?.join(','), hours: only.hours }).filter(([, text]) => text !== undefined) as [
          string,
          string,
        ][],
      );
      const path = `/api/lines/${encodeURIComponent(line)}/wishes/${encodeURIComponent(code)}${asked.size === 0 ? '' : `?${asked}`}`;
      return ask({ url: `${url}${path}`, token, method: 'POST', good: [200] }, WishesReply);
    },
    ledger: (question: LedgerQuestion) => get('/api/ledger', LedgerReply, question),
    callBacks: async (question: CallBacksQuestion) =>
      (await get('/api/call-backs', CallBacksReply, question)).callBacks,
    closeCallBack: (id: string) => {
      const path = `/api/call-backs/${encodeURIComponent(id)}/close`;
      return ask({ url: `${url}${path}`, token, method: 'POST', good: [200] }, CallBackReply);
    },
    registrations: async (line?: string) =>
      (await get('/api/registrations', RegistrationsReply, { line })).registrations,
    services: async () => (await get('/api/services', ServicesReply)).services,
    switchService: (id: string, mode: ServiceMode) => {
      const path = `/api/services/${encodeURIComponent(id)}/mode/${mode}`;
      return ask({ url: `${url}${path}`, token, method: 'POST', good: [200] }, ServiceReply);
    },
    recordings: async (service?: string) => (await get('/api/recordings', RecordingsReply, { service })).recordings,
    recordedSound: (id: string) => fetched(`${url}/api/recordings/${part(id)}/sound`, token),
    deleteRecording: (id: string) => post(`/api/recordings/${part(id)}/delete`, RecordingReply.pick({ id: true })),
    meetings: async () => (await get('/api/meetings', MeetingsReply)).meetings,
    trunks: async () => (await get('/api/trunks', TrunksReply)).trunks,
    explain: (question: ExplainQuestion) => get('/api/explain', ExplainReply, question),
  };
}

function queryOf(question: object): string {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(question)) if (value !== undefined) given.set(name, String(value));
  return given.size === 0 ? '' : `?${given}`;
}

interface Asked {
  readonly url: string;
  readonly token: string;
  readonly method: 'GET' | 'POST';
  readonly good: readonly number[];
}

async function ask<T>({ url, token, method, good }: Asked, schema: z.ZodType<T>): Promise<T> {
  const { status, body } = await exchanged(url, token, method);
  if (good.includes(status)) return schema.parse(body);
  throw refusedWith({ status, body });
}

function exchanged(url: string, token: string, method: string): Promise<{ status: number; body: unknown }> {
  return answered(url, token, method, async (reply) => ({ status: reply.status, body: await reply.json() }));
}

/** The bytes of a file. */
async function fetched(url: string, token: string): Promise<Uint8Array> {
  const file = await answered(url, token, 'GET', async (reply) =>
    reply.status === 200
      ? new Uint8Array(await reply.arrayBuffer())
      : { status: reply.status, body: await reply.json() },
  );
  if (file instanceof Uint8Array) return file;
  throw refusedWith(file);
}

function refusedWith({ status, body }: { readonly status: number; readonly body: unknown }): Refused {
  const said = ErrorReply.safeParse(body);
  return new Refused(status, said.success ? said.data.error : `the exchange answered ${status}`);
}

async function answered<T>(
  url: string,
  token: string,
  method: string,
  read: (reply: Response) => Promise<T>,
): Promise<T> {
  try {
    const headers = { authorization: `Bearer ${token}` };
    const reply = await fetch(url, { method, headers, signal: AbortSignal.timeout(waitMs), redirect: 'error' });
    if (Number(reply.headers.get('content-length')) > bytesAtMost) throw new Error('the answer is too long');
    return await read(reply);
  } catch (error) {
    throw new Unreachable(`${new URL(url).origin} does not answer: ${causeOf(error)}`);
  }
}

function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error && error.cause.message !== '' ? error.cause.message : error.message;
}
