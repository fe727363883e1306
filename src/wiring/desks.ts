import { randomUUID } from 'node:crypto';
import { type CallBackStore, type CallBacks, createCallBacks } from '../call/call-backs.ts';
import type { RecordingDesk } from '../call/recording-ports.ts';
import { createRecordings } from '../call/recordings.ts';
import type { WishStore } from '../call/wishes.ts';
import { callBackRules } from '../decide/call-back-rules.ts';
import type { CallBack } from '../domain/call-back.ts';
import type { CallRecording } from '../domain/call-recording.ts';
import type { LineId } from '../domain/ids.ts';
import type { Waiting } from '../domain/message.ts';
import type { CallRecord } from '../domain/outcome.ts';
import type { Wishes } from '../domain/wishes.ts';
import { lightLamp } from '../edges/drachtio/lamps.ts';
import type { Legs } from '../edges/drachtio/legs.ts';
import { pins } from '../edges/stores/pins.ts';
import { cutShortKind, type NoteStore } from '../edges/stores/store.ts';
import { createLamps, type Lamps } from '../mailbox/lamps.ts';
import { createMailboxes, type MailboxRoom, type Recovered } from '../mailbox/mailboxes.ts';
import { openPostOffice, type PostOffice } from '../mailbox/post-office.ts';
import type { Registrar } from '../registrar/path.ts';
import type { Log } from '../telemetry/log.ts';
import type { Parts } from './parts.ts';
import { whenText } from './when-text.ts';

/** What stands beside the calls: mailboxes with their lamps and letters, wishes, call-back tasks; each put over its edge here. */

export function openLamps(
  { config, log, store }: Parts,
  registrar: Registrar,
  legs: Legs,
  subscribed: (line: LineId, waiting: Waiting) => void,
): Lamps {
  return createLamps({
    store: store.mail,
    mailboxes: () => config().mailboxes.values(),
    show: (line, waiting) => {
      const { lines, exchange } = config();
      const extension = lines.get(line)?.extension ?? line;
      subscribed(line, waiting);
      for (const binding of registrar.contacts(line)) {
        lightLamp(legs, binding, { extension, realm: exchange.realm, waiting });
      }
    },
    alarm: (err) => log.error({ err }, 'the lamps of phones cannot follow their mailboxes'),
  });
}

/** Who sends letters; nobody, where no mail server is named. */
export function openPost({ clock, config, log, store, recordings, mail, letterTried }: Parts): PostOffice | undefined {
  return (
    mail &&
    openPostOffice({
      now: clock.now,
      after: clock.after,
      store: store.mail,
      recordings,
      mailbox: (id) => config().mailboxes.get(id),
      when: whenText,
      send: mail.send,
      ...(mail.linkTo && { linkTo: mail.linkTo }),
      ...(letterTried && { tried: letterTried }),
      daysAtMost: mail.daysAtMost,
      alarm: (err, says) => log.warn({ err }, says),
    })
  );
}

export function openMailboxes(
  { clock, config, log, store, recordings }: Parts,
  lamps: Lamps,
  post: PostOffice | undefined,
): MailboxRoom {
  return createMailboxes({
    now: clock.now,
    store: store.mail,
    recordings,
    newId: randomUUID,
    pins,
    mailbox: (id) => config().mailboxes.get(id),
    mailboxes: () => config().mailboxes.values(),
    writesLetters: () => post !== undefined,
    changed: (mailbox) => void lamps.changed(mailbox),
    posted: () => post?.wake(),
    alarm: (err, says) => log.error({ err }, says),
  });
}

/** Before the first call: what a former life left half done. A store that cannot be read keeps nobody from telephoning. */
export async function recover(mailboxes: MailboxRoom, { log, store }: Parts): Promise<Recovered['left']> {
  try {
    const { kept, deleted, left } = await mailboxes.recover();
    if (kept + deleted > 0) log.warn({ kept, deleted }, 'messages that a crash had cut short were settled');
    // Their calls were closed before anybody knew of the messages.
    for (const [call, outcome] of left) await store.ledger.settled(call, outcome);
    return left;
  } catch (err) {
    log.error({ err }, 'messages that a crash cut short cannot be settled');
    return new Map();
  }
}

export async function purge(mailboxes: MailboxRoom, log: Log): Promise<void> {
  try {
    const messages = await mailboxes.purge();
    if (messages > 0) log.info({ messages }, 'old messages were deleted');
  } catch (err) {
    log.error({ err }, 'old messages cannot be deleted');
  }
}

/** Who called a service when a crash cut their call short is called back. The note goes when the task is there, or was. */
export async function callBackCutShort(
  { config, log, store }: Parts,
  callBacks: CallBacks,
  left: Recovered['left'],
): Promise<void> {
  try {
    for (const { id, value } of await store.notes.load(cutShortKind)) {
      const record = value as CallRecord;
      callBacks.after({ ...record, outcome: left.get(id) ?? record.outcome }, callBackRules(config()));
      await store.notes.remove(cutShortKind, id);
    }
  } catch (err) {
    log.error({ err }, 'callers whom a crash cut off cannot all be called back');
  }
}

const wishKind = 'wishes';

export function wishStore(notes: NoteStore): WishStore {
  return {
    load: async () => (await notes.load(wishKind)).map(({ id, value }) => [id as LineId, value as Wishes] as const),
    put: (line, wishes) => notes.put(wishKind, line, wishes),
    remove: (line) => notes.remove(wishKind, line),
  };
}

const callBackKind = 'call-back';

export function openCallBacks({ store, log }: Parts): CallBacks {
  return createCallBacks(callBackStore(store.notes), (err) => log.error({ err }, 'a call-back task cannot be stored'));
}

function callBackStore(notes: NoteStore): CallBackStore {
  return {
    load: async () => (await notes.load(callBackKind)).map(({ value }) => value as CallBack),
    put: (task) => notes.put(callBackKind, task.id, task),
    remove: (id) => notes.remove(callBackKind, id),
  };
}

const recordingKind = 'call-recording';

export function openCallRecordings({ clock, log, store: { notes }, recordings }: Parts): RecordingDesk {
  return createRecordings({
    now: clock.now,
    newId: randomUUID,
    store: {
      load: async () => (await notes.load(recordingKind)).map(({ value }) => value as CallRecording),
      put: (recording) => notes.put(recordingKind, recording.id, recording),
      remove: (id) => notes.remove(recordingKind, id),
    },
    files: recordings,
    alarm: (err, says) => log.error({ err }, says),
  });
}

/** What has been kept long enough is deleted, and told without saying whose it was. */
export async function purgeRecordings(desk: RecordingDesk, { clock, log }: Parts): Promise<void> {
  const deleted = await desk.purge(clock.now());
  if (deleted > 0) log.info({ recordings: deleted }, 'old recordings of talks were deleted');
}
