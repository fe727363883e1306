import { DelayEstimate } from './delay-estimate.ts';
import { SequenceUnroller, timestampDistance } from './sequence.ts';

/** What there is to play next; `units` of the buffer says for how long. */
export type Playout =
  | 'packet' // `payload` and `payloadType` of the buffer are to be played
  | 'lost' // a packet is missing or late: conceal
  | 'silence' // the far end sent nothing on purpose (DTX)
  | 'waiting'; // nothing has come yet, or the delay is being built up

export interface JitterOptions {
  readonly clockRate: number;
  readonly minDelayMs: number;
  readonly maxDelayMs: number;
}

/** A packet as it is handed in. `units` is its length in timestamp units: 0 for noise descriptions and telephone-events. */
export interface MediaPacket {
  readonly ssrc: number;
  readonly sequence: number;
  readonly timestamp: number;
  readonly payloadType: number;
  readonly units: number;
  readonly payload: Uint8Array;
}

interface Held {
  readonly number: number;
  readonly packet: MediaPacket;
}

const SLOTS = 64;
const FRAME_MS = 20;
/** After so long without a packet the delay is built up anew with the next one. */
const DRY_MS = 200;
/** For so many packets on end more is held than wanted: one is left out although it will be heard. */
const EXCESS_PATIENCE = 25;

/**
 * Puts packets in order and holds them just long enough. The delay follows the jitter that is observed: it grows when
 * packets come too late, and shrinks by leaving a packet out, in a pause when there is one. Packets are kept by
 * reference; all calls are O(1) but for the 64 slots.
 */
export class JitterBuffer {
  payload: Uint8Array = EMPTY;
  payloadType = 0;
  units: number;
  /** Counted: came after their time, came twice, were missing, were left out to catch up. */
  late = 0;
  duplicate = 0;
  lost = 0;
  skipped = 0;
  private readonly options: JitterOptions;
  private readonly unitsPerMs: number;
  private readonly frameUnits: number;
  private readonly slots: (Held | undefined)[] = new Array<Held | undefined>(SLOTS).fill(undefined);
  private readonly numbers = new SequenceUnroller();
  private readonly delay = new DelayEstimate();
  private held = 0;
  private ssrc = -1;
  private nextNumber = -1;
  private nextTimestamp = 0;
  private newestTimestamp = 0;
  private packetUnits: number;
  private isRunning = false;
  /** What was made up while nothing was there. A packet that turns out lost is not concealed a second time. */
  private dryUnits = 0;
  private excess = 0;
  private targetMs: number;
  private sinceTarget = 0;
  /** Timestamps unrolled, so that the delay is measured over the turn of their 32 bits. */
  private mediaUnits = 0;
  private observedTimestamp = 0;

  constructor(options: JitterOptions) {
    this.options = options;
    this.unitsPerMs = options.clockRate / 1000;
    this.frameUnits = FRAME_MS * this.unitsPerMs;
    this.packetUnits = this.frameUnits;
    this.units = this.frameUnits;
    this.targetMs = options.minDelayMs;
  }

  /** The delay aimed at. */
  get delayMs(): number {
    return this.targetMs;
  }

  get heldPackets(): number {
    return this.held;
  }

  /** A packet has come. @param at monotonic ms */
  push(packet: MediaPacket, at: number): void {
    if (packet.ssrc !== this.ssrc || this.hasTimeJumped(packet)) this.restart(packet.ssrc);
    const number = this.place(packet.sequence);
    if (number === undefined) return;
    if (packet.units > 0) this.observe(packet, at);
    if (number < this.nextNumber && !this.mayBegin(number)) {
      this.late += 1;
      return;
    }
    if (this.at(number) !== undefined) {
      this.duplicate += 1;
      return;
    }
    if (this.nextNumber === -1 || number < this.nextNumber) this.nextNumber = number;
    if (number >= this.nextNumber + SLOTS) this.makeRoom(number - SLOTS + 1);
    this.slots[number % SLOTS] = { number, packet };
    this.held += 1;
  }

  /** What to play now. @param isQuiet may a packet be left out without being heard? */
  next(isQuiet: boolean): Playout {
    if (!this.isRunning && !this.mayStart()) return this.idle('waiting', this.frameUnits);
    const head = this.at(this.nextNumber);
    if (head === undefined) return this.held === 0 ? this.dry() : this.gap();
    const ahead = this.dueIn(head);
    if (ahead > 0 && !this.isBehind(ahead)) return this.pause(ahead);
    if (this.isTooFull(isQuiet)) {
      this.skipped += 1;
      this.excess = 0;
      this.drop(head);
      return this.next(false);
    }
    this.drop(head);
    this.payload = head.payload;
    this.payloadType = head.payloadType;
    this.units = head.units > 0 ? head.units : this.packetUnits;
    return 'packet';
  }

  /** Forgets everything: the media were negotiated anew. */
  reset(): void {
    this.restart(-1);
  }

  /** All that is held lies within SLOTS numbers from `nextNumber` on, so that no slot is ever wanted by two of them. */
  private at(number: number): MediaPacket | undefined {
    const held = this.slots[number % SLOTS];
    return held?.number === number ? held.packet : undefined;
  }

  /**
   * A packet from before the first one: while the delay is built up it goes first. One so late that the newest would have no slot
   * beside it is given up, for the newest is worth more.
   */
  private mayBegin(number: number): boolean {
    return !this.isRunning && number > this.numbers.highest - SLOTS;
  }

  private place(sequence: number): number | undefined {
    const number = this.numbers.unroll(sequence);
    if (number === 'jump') return undefined;
    if (number !== 'restart') return number;
    this.restart(this.ssrc);
    const again = this.numbers.unroll(sequence);
    return typeof again === 'number' ? again : undefined;
  }

  private observe(packet: MediaPacket, at: number): void {
    const isNewer = this.nextNumber === -1 || timestampDistance(this.newestTimestamp, packet.timestamp) > 0;
    if (isNewer) this.newestTimestamp = packet.timestamp;
    this.packetUnits = packet.units;
    this.mediaUnits += timestampDistance(this.observedTimestamp, packet.timestamp);
    this.observedTimestamp = packet.timestamp;
    this.delay.add(at - this.mediaUnits / this.unitsPerMs);
    this.sinceTarget += 1;
    if (this.sinceTarget < 8) return;
    this.sinceTarget = 0;
    this.targetMs = Math.min(Math.max(this.delay.latenessMs, this.options.minDelayMs), this.options.maxDelayMs);
  }

  /** Another time line within one SSRC: the far end was transferred, or taken off hold. */
  private hasTimeJumped(packet: MediaPacket): boolean {
    if (this.nextNumber === -1 || packet.units === 0) return false;
    const ms = timestampDistance(this.newestTimestamp, packet.timestamp) / this.unitsPerMs;
    return ms < -3000 || ms > 60_000;
  }

  private restart(ssrc: number): void {
    this.ssrc = ssrc;
    this.slots.fill(undefined);
    this.held = 0;
    this.nextNumber = -1;
    this.isRunning = false;
    this.numbers.reset();
    this.delay.reset();
    this.targetMs = this.options.minDelayMs;
  }

  private mayStart(): boolean {
    const first = this.firstHeld();
    if (first === undefined) return false;
    const span = timestampDistance(first.packet.timestamp, this.newestTimestamp) + this.packetUnits;
    if (span < this.targetMs * this.unitsPerMs) return false;
    this.nextNumber = first.number;
    this.nextTimestamp = first.packet.timestamp;
    this.isRunning = true;
    this.dryUnits = 0;
    this.excess = 0;
    return true;
  }

  private firstHeld(): Held | undefined {
    if (this.held === 0) return undefined;
    for (let number = this.nextNumber; number < this.nextNumber + SLOTS; number += 1) {
      const held = this.slots[number % SLOTS];
      if (held?.number === number) return held;
    }
    return undefined;
  }

  /** How long until the head is due. What was made up while dry counts as played; an event's constant timestamp as due. */
  private dueIn(head: MediaPacket): number {
    const ahead = timestampDistance(this.nextTimestamp, head.timestamp);
    const owed = Math.max(0, Math.min(ahead, this.dryUnits));
    this.nextTimestamp = (this.nextTimestamp + owed) >>> 0;
    this.dryUnits = 0;
    return ahead - owed;
  }

  private drop(head: MediaPacket): void {
    this.slots[this.nextNumber % SLOTS] = undefined;
    this.held -= 1;
    this.nextNumber += 1;
    const end = head.units > 0 ? head.timestamp + head.units : this.nextTimestamp + this.packetUnits;
    this.nextTimestamp = end >>> 0;
  }

  /** Something later is there, the next one is not: it is lost. */
  private gap(): Playout {
    this.lost += 1;
    this.nextNumber += 1;
    const owed = this.packetUnits - this.dryUnits;
    this.dryUnits = Math.max(0, -owed);
    const first = this.firstHeld();
    const ahead = first === undefined ? 0 : timestampDistance(this.nextTimestamp, first.packet.timestamp);
    if (ahead > 0) this.nextTimestamp = (this.nextTimestamp + Math.min(ahead, this.packetUnits)) >>> 0;
    return ahead <= 0 || owed <= 0 ? this.next(false) : this.idle('lost', owed);
  }

  /** Nothing is there: for a short while, make it up; after that begin anew with the next packet. */
  private dry(): Playout {
    this.dryUnits += this.frameUnits;
    if (this.dryUnits > DRY_MS * this.unitsPerMs) this.isRunning = false;
    return this.idle('lost', this.frameUnits);
  }

  private pause(ahead: number): Playout {
    const units = Math.min(ahead, this.frameUnits);
    this.nextTimestamp = (this.nextTimestamp + units) >>> 0;
    return this.idle('silence', units);
  }

  /** More than enough is held behind a head that is not due: it is played at once rather than add delay. */
  private isBehind(ahead: number): boolean {
    const span = timestampDistance(this.nextTimestamp, this.newestTimestamp) - ahead + this.packetUnits;
    return span > this.targetMs * this.unitsPerMs + 2 * this.packetUnits;
  }

  private isTooFull(isQuiet: boolean): boolean {
    const heldUnits = this.held * this.packetUnits;
    const wanted = this.targetMs * this.unitsPerMs + 2 * this.packetUnits;
    if (heldUnits <= wanted) {
      this.excess = 0;
      return false;
    }
    this.excess += 1;
    const isFar = heldUnits > wanted + 3 * this.packetUnits;
    return this.held > 1 && (isQuiet || isFar || this.excess > EXCESS_PATIENCE);
  }

  /** A burst beyond the slots: the oldest go. */
  private makeRoom(first: number): void {
    while (this.nextNumber < first) {
      const head = this.at(this.nextNumber);
      if (head === undefined) {
        this.nextNumber += 1;
      } else {
        this.skipped += 1;
        this.drop(head);
      }
    }
  }

  private idle(what: 'lost' | 'silence' | 'waiting', units: number): Playout {
    this.payload = EMPTY;
    this.units = units;
    return what;
  }
}

const EMPTY = new Uint8Array(0);
