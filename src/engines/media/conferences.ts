import { readConferenceArgument } from '../../protocol/esl/arguments.ts';
import { Conference } from './conference.ts';
import { Member } from './conference-member.ts';
import type { LeaveReason, Leg, Rooms, World } from './leg.ts';

export interface ConferenceLimits {
  readonly conferences: number;
  readonly members: number;
}

/** All rooms of the engine. Member numbers count over all of them, as FreeSWITCH's do. */
export class Conferences implements Rooms {
  readonly #rooms = new Map<string, Conference>();
  readonly #limits: ConferenceLimits;
  #lastMember = 0;

  constructor(limits: ConferenceLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#rooms.size;
  }

  all(): Iterable<Conference> {
    return this.#rooms.values();
  }

  find(name: string): Conference | undefined {
    return this.#rooms.get(name);
  }

  /** Takes a leg into a room, which is made when there is none. A sentence when it may not go in. */
  join(leg: Leg, argument: string, onLeave: (why: LeaveReason) => void): Member | string {
    const wanted = readConferenceArgument(argument);
    if (wanted === undefined) return 'no name';
    const room = this.#rooms.get(wanted.name) ?? this.#create(wanted.name, wanted.flags, leg.world);
    if (typeof room === 'string') return room;
    const pin = room.settings.get('pin') ?? '';
    if (pin !== '' && pin !== wanted.pin) return 'wrong pin';
    if (room.isLocked) return 'locked';
    const most = Math.min(this.#limits.members, room.maxMembers || this.#limits.members);
    if (room.members.size >= most) return 'full';
    this.#lastMember += 1;
    const member = new Member(this.#lastMember, leg, room, wanted.flags, onLeave);
    leg.member = member;
    if (room.members.size === 0 && wanted.pin !== '') room.settings.set('pin', wanted.pin);
    room.add(member);
    return member;
  }

  /** Moves a member to another room, which is made when there is none. */
  transfer(member: Member, name: string): boolean {
    const room = this.#rooms.get(name) ?? this.#create(name, [], member.leg.world);
    if (typeof room === 'string') return false;
    const from = member.conference;
    from.remove(member, 'transfer');
    room.add(member);
    return true;
  }

  #create(name: string, flags: readonly string[], world: World): Conference | string {
    if (flags.includes('join-only')) return 'does not exist';
    if (this.#rooms.size >= this.#limits.conferences) return 'too many conferences';
    const room = new Conference(name, world, (empty) => {
      if (this.#rooms.get(name) === empty) this.#rooms.delete(name);
    });
    this.#rooms.set(name, room);
    return room;
  }
}
