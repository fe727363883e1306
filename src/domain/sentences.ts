import type { Instant } from './instant.ts';

/** What fills a gap in a sentence, by the way it is spoken. Numbers are whole and not negative. */
export interface SlotValues {
  /** Before a masculine noun: "vingt et un messages". */
  readonly masculine: number;
  /** Before a feminine noun: "vingt et une personnes". */
  readonly feminine: number;
  /** By itself: "douze". */
  readonly number: number;
  /** A place in a row: "troisième". */
  readonly position: number;
  /** A key of the telephone: one of 0 to 9, * and #. */
  readonly key: string;
  /** A number to dial, in any spelling: in pairs in French, digit by digit in English. */
  readonly phone: string;
  /** Day and hour: "hier à quatorze heures trente". */
  readonly moment: Instant;
  /** "lundi 3 novembre". */
  readonly date: Instant;
  /** Seconds, as somebody who waits wants to hear them: whole minutes, rounded up; less than one; more than an hour. */
  readonly wait: number;
  /** Seconds, as they are: "deux minutes trente". */
  readonly duration: number;
}
export type SlotKind = keyof SlotValues;

/**
 * Every sentence that the exchange can say, and the gaps it has. The words are in `src/prompts/manifest.yaml`, where a
 * translator finds them; a test holds the two to the same names.
 */
export const sentences = {
  'hotline.welcome': {},
  'hotline.closed': {},
  'hotline.closed-today': {},
  'hotline.opens': { at: 'moment' },
  'hotline.busy': {},
  'hotline.crisis': {},
  'hotline.no-answer': {},
  'hotline.emergency': {},
  'hotline.goodbye': {},

  'queue.position': { position: 'position' },
  'queue.wait': { wait: 'wait' },
  'queue.thanks': {},
  'queue.full': {},

  'callback.number': { number: 'phone' },
  'callback.enter-number': {},
  'callback.done': {},

  'agent.in': {},
  'agent.out': {},
  'agent.paused': {},
  'agent.resumed': {},
  'agent.whisper': { service: 'phone' },
  'mobile.call': {},

  'service.open': {},
  'service.closed': {},
  'service.crisis': {},

  'mailbox.unavailable': {},
  'mailbox.absent': { until: 'date' },
  'mailbox.service': {},
  'mailbox.speak': {},
  'mailbox.saved': {},
  'mailbox.urgent': {},
  'mailbox.too-short': {},
  'mailbox.too-long': {},
  'mailbox.cut': {},
  'mailbox.full': {},
  'mailbox.failed': {},
  'mailbox.enter-number': {},
  'mailbox.new': { count: 'masculine' },
  'mailbox.old': { count: 'masculine' },
  'mailbox.on': {},
  'mailbox.off': {},

  'pin.enter': {},
  'pin.wrong': {},
  'pin.locked': { for: 'duration' },
  'pin.choose': {},
  'pin.again': {},
  'pin.different': {},
  'pin.simple': {},
  'pin.changed': {},

  'message.number': { number: 'number' },
  'message.received': { at: 'moment' },
  'message.from': { number: 'phone' },
  'message.from-nobody': {},
  'message.length': { length: 'duration' },
  'message.urgent': {},
  'message.deleted': {},
  'message.restored': {},
  'message.no-more': {},
  'message.to-whom': {},
  'message.forwarded': {},
  'message.calling': {},

  'greeting.speak': {},
  'greeting.saved': {},
  'greeting.default': {},
  'greeting.until': {},

  'menu.listen': { key: 'key' },
  'menu.next': { key: 'key' },
  'menu.previous': { key: 'key' },
  'menu.repeat': { key: 'key' },
  'menu.delete': { key: 'key' },
  'menu.restore': { key: 'key' },
  'menu.forward': { key: 'key' },
  'menu.call-back': { key: 'key' },
  'menu.envelope': { key: 'key' },
  'menu.greeting': { key: 'key' },
  'menu.absence': { key: 'key' },
  'menu.default': { key: 'key' },
  'menu.pin': { key: 'key' },
  'menu.send': { key: 'key' },
  'menu.again': { key: 'key' },
  'menu.urgent': { key: 'key' },
  'menu.message': { key: 'key' },
  'menu.be-called-back': { key: 'key' },
  'menu.accept': { key: 'key' },
  'menu.refuse': { key: 'key' },
  'menu.confirm': { key: 'key' },
  'menu.other-number': { key: 'key' },
  'menu.main': { key: 'key' },
  'menu.stop-recording': { key: 'key' },
  'menu.wrong': {},
  'menu.nothing': {},

  'forward.always': { number: 'phone' },
  'forward.busy': { number: 'phone' },
  'forward.no-answer': { number: 'phone' },
  'forward.unreachable': { number: 'phone' },
  'forward.off': {},
  'forward.all-off': {},
  'forward.none': {},
  'forward.refused': {},

  'disturb.off': {},
  'disturb.on': {},
  'call-waiting.on': {},
  'call-waiting.off': {},
  'caller-id.hidden': {},
  'caller-id.shown': {},
  'filter.on': {},
  'filter.off': {},
  'code.done': {},

  'park.at': { place: 'phone' },
  'park.empty': {},
  'park.full': {},
  'transfer.wait': {},

  'meeting.alone': {},
  'meeting.present': { count: 'feminine' },
  'meeting.full': {},
  'meeting.host-awaited': {},
  'meeting.over': {},

  'recording.on': {},
  'recording.off': {},

  'refused.not-in-service': {},
  'refused.not-allowed': {},
  'refused.lines-busy': {},
  'refused.busy': {},
  'refused.no-answer': {},
  'refused.unreachable': {},
  'refused.anonymous': {},
  'refused.unknown-code': {},
  'refused.fault': {},
} as const satisfies Record<string, Readonly<Record<string, SlotKind>>>;

export type SentenceId = keyof typeof sentences;

type Slots = typeof sentences;

/** What a sentence wants to be told: `{ position: 3 }`. */
export type SentenceValues<Id extends SentenceId> = {
  readonly [Slot in keyof Slots[Id]]: Slots[Id][Slot] extends SlotKind ? SlotValues[Slots[Id][Slot]] : never;
};
