import { readConferenceArgument } from '../../protocol/esl/arguments.ts';
import type { Channel } from './channel.ts';
import type { ChannelWorld } from './channel-world.ts';
import { Conference } from './conference.ts';
import { type LeaveReason, Member } from './conference-member.ts';

export interface ConferenceLimits {
  readonly conferences: number;
  readonly members: number;
}

/** All rooms of the engine. Member numbers count over all of them, as FreeSWITCH's do. */
export class Conferences {
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

  /** Takes a channel into a room, which is made when there is none. A sentence when it may not go in. */
  join(channel: Channel, argument: string, onLeave: (why: LeaveReason) => void): Member | string {
    const wanted = readConferenceArgument(argument);
    if (wanted === undefined) return 'no name';
    const room = this.#rooms.get(wanted.name) ?? this.#create(wanted.name, wanted.flags, channel.world);
    if (typeof room === 'string') return room;
    const pin = room.settings.get('pin') ?? '';
    if (pin !== '' && pin !== wanted.pin) return 'wrong pin';
    if (room.isLocked) return 'locked';
    const most = Math.min(this.#limits.members, room.maxMembers || this.#limits.members);
    if (room.members.size >= most) return 'full';
    this.#lastMember += 1;
    const member = new Member(this.#lastMember, channel, room, wanted.flags, onLeave);
    channel.member = member;
    if (room.members.size === 0 && wanted.pin !== '') room.settings.set('pin', wanted.pin);
    room.add(member);
    return member;
  }

  /** Moves a member to another room, which is made when there is none. */
  transfer(member: Member, name: string): boolean {
    const room = this.#rooms.get(name) ?? this.#create(name, [], member.channel.world);
    if (typeof room === 'string') return false;
    const from = member.conference;
    from.remove(member, 'transfer');
    room.add(member);
    return true;
  }

  #create(name: string, flags: readonly string[], world: ChannelWorld): Conference | string {
    if (flags.includes('join-only')) return 'does not exist';
    if (this.#rooms.size >= this.#limits.conferences) return 'too many conferences';
    const room = new Conference(name, world, (empty) => {
      if (this.#rooms.get(name) === empty) this.#rooms.delete(name);
    });
    this.#rooms.set(name, room);
    return room;
  }
}
