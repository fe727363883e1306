import { isOn, isOver } from '../decide/meeting.ts';
import { samePin } from '../decide/pin.ts';
import type { Gone } from '../domain/gone.ts';
import type { LineId } from '../domain/ids.ts';
import type { Instant } from '../domain/instant.ts';
import type { Meeting, MeetingRole } from '../domain/meeting.ts';
import { createPinDoor, type PinCaller, type PinDoor } from './pin-door.ts';

/** What a meeting asks of a participant's voice. */
export interface MeetingVoice {
  loop(what: 'music'): void;
  meet(name: string): Promise<'stopped' | 'ended' | 'gone'>;
  tellMeeting(name: string, sound: Tone): void;
}

interface Tone {
  readonly tone: string;
  readonly seconds: number;
}

/** A room as far as those in it are concerned. `isLed`: nobody hears anybody without a host, and when the last host leaves it is over. */
export interface RoomPlan extends Pick<Meeting, 'participantsAtMost' | 'tones'> {
  readonly id: string;
  readonly isLed: boolean;
}

export function roomOf({ id, participantsAtMost, tones, hostPin }: Meeting): RoomPlan {
  return { id, participantsAtMost, tones, isLed: hostPin !== undefined };
}

/** What a line brings together by its star code: as large as telephones mix by themselves, and a little more. */
export function conferenceOf(line: LineId): RoomPlan {
  return { id: `line-${line}`, participantsAtMost: 6, tones: true, isLed: true };
}

/** Who meets where. One book for the exchange, kept in memory: when the process ends, so do the calls in it. */
export interface Meetings {
  /** How many were let in, those who hear where they are among them. */
  count(room: string): number;
  /** Those where somebody is. */
  going(): readonly { readonly meeting: string; readonly since: Instant; readonly participants: number }[];
  /**
   * Does the PIN lead there, and as whom? Wrong ones are counted by who calls: from the third on nobody listens to them for a
   * while. Callers from outside, who may come with another number each time, are counted together as well.
   */
  tryPin(meeting: Meeting, caller: PinCaller, pin: string): MeetingPin;
  join(room: RoomPlan, who: { readonly voice: MeetingVoice; readonly role: MeetingRole }): MeetingSeat | 'full';
}

export type MeetingPin =
  | { readonly is: 'right'; readonly role: MeetingRole }
  | { readonly is: 'wrong' }
  | { readonly is: 'locked'; readonly seconds: number };

/** One participant's place. */
export interface MeetingSeat {
  /** How many were there before. */
  readonly others: number;
  /** Nobody hears anybody yet: the host is not there. */
  readonly waitsForHost: boolean;
  /** Fires when it is over for them: the host has left, or the media server has let them out. */
  readonly over: Gone;
  /** They hear the others from now on, or music. */
  enter(): void;
  /** Harmless a second time. */
  leave(): void;
}

export interface MeetingsParts {
  now(): Instant;
  after(seconds: number, what: () => void): () => void;
  /** As the secrets have it; `undefined`: it cannot be read, and nobody gets in by it. */
  pin(meeting: Meeting, of: MeetingRole): string | undefined;
}

export function createMeetings(parts: MeetingsParts): Meetings {
  const rooms = new Map<string, Room>();
  const door = createPinDoor(parts.now);
  const forget = (room: Room): void => {
    if (rooms.get(room.id) === room) rooms.delete(room.id);
  };
  return {
    count: (id) => rooms.get(id)?.participants.size ?? 0,
    going: () =>
      [...rooms].map(([meeting, { since, participants }]) => ({ meeting, since, participants: participants.size })),
    tryPin: (meeting, caller, pin) => tryPin(meeting, caller, pin, door, parts),
    join(plan, who) {
      const room = rooms.get(plan.id) ?? new Room(plan, parts, forget);
      if (room.participants.size >= plan.participantsAtMost) return 'full';
      rooms.set(plan.id, room);
      return room.take(who);
    },
  };
}

function tryPin(meeting: Meeting, caller: PinCaller, pin: string, door: PinDoor, parts: MeetingsParts): MeetingPin {
  const { id } = meeting;
  const seconds = door.lockedSeconds(id, caller);
  if (seconds > 0) return { is: 'locked', seconds };
  const role = (['guest', 'host'] as const).find((one) => {
    const right = parts.pin(meeting, one);
    return right !== undefined && samePin(pin, right);
  });
  if (role !== undefined) {
    door.right(id, caller);
    return { is: 'right', role };
  }
  const locked = door.wrong(id, caller);
  return locked > 0 ? { is: 'locked', seconds: locked } : { is: 'wrong' };
}

interface Participant {
  readonly voice: MeetingVoice;
  readonly role: MeetingRole;
  readonly over: AbortController;
  /** They have heard where they are. */
  hasEntered: boolean;
  /** The media server has them among the others. */
  isInside: boolean;
}

/** Until the media server has opened the door, nobody would hear the tone. */
const DOOR_SECONDS = 0.4;
const ENTERS: Tone = { tone: 'enters', seconds: 0.18 };
const LEAVES: Tone = { tone: 'leaves', seconds: 0.18 };

/** One meeting, from the first who comes to the last who goes. */
class Room {
  readonly since: Instant;
  readonly participants = new Set<Participant>();
  readonly #plan: RoomPlan;
  readonly #parts: MeetingsParts;
  readonly #forget: (room: Room) => void;
  #isOver = false;

  constructor(plan: RoomPlan, parts: MeetingsParts, forget: (room: Room) => void) {
    this.#plan = plan;
    this.#parts = parts;
    this.#forget = forget;
    this.since = parts.now();
  }

  take({ voice, role }: { readonly voice: MeetingVoice; readonly role: MeetingRole }): MeetingSeat {
    const others = this.participants.size;
    const over = new AbortController();
    const who: Participant = { voice, role, over, hasEntered: false, isInside: false };
    this.participants.add(who);
    const waitsForHost = (): boolean => this.#isLed && ![...this.participants].some((one) => one.role === 'host');
    return {
      others,
      get waitsForHost() {
        return waitsForHost();
      },
      over: over.signal,
      enter: () => this.#enter(who),
      leave: () => this.#leave(who),
    };
  }

  get id(): string {
    return this.#plan.id;
  }

  get #isLed(): boolean {
    return this.#plan.isLed;
  }

  get #name(): string {
    return `meeting-${this.#plan.id}`;
  }

  #entered(): readonly Participant[] {
    return [...this.participants].filter(({ hasEntered }) => hasEntered);
  }

  #enter(who: Participant): void {
    if (!this.participants.has(who) || who.hasEntered) return;
    who.hasEntered = true;
    if (!isOn(this.#entered(), this.#isLed)) who.voice.loop('music');
    this.#move();
    this.#parts.after(DOOR_SECONDS, () => this.#sound(ENTERS));
  }

  #leave(who: Participant): void {
    if (!this.participants.delete(who)) return;
    who.isInside = false;
    if (this.participants.size === 0) this.#forget(this);
    if (this.#isOver) return;
    if (who.hasEntered && isOver(who, this.#entered(), this.#isLed)) {
      this.#end();
      return;
    }
    this.#move();
    if (who.hasEntered) this.#sound(LEAVES);
  }

  /** For everybody; whoever comes now begins another one. */
  #end(): void {
    this.#isOver = true;
    this.#forget(this);
    for (const one of [...this.participants]) one.over.abort();
  }

  /** Everybody to where they belong now: among the others, or to the music. */
  #move(): void {
    const entered = this.#entered();
    const on = isOn(entered, this.#isLed);
    for (const one of entered) {
      if (one.isInside === on) continue;
      one.isInside = on;
      if (on) this.#letIn(one);
      else one.voice.loop('music');
    }
  }

  #letIn(who: Participant): void {
    void who.voice.meet(this.#name).then((how) => {
      if (how === 'ended' && who.isInside) who.over.abort();
    });
  }

  #sound(sound: Tone): void {
    const inside = [...this.participants].find(({ isInside }) => isInside);
    if (this.#plan.tones) inside?.voice.tellMeeting(this.#name, sound);
  }
}
