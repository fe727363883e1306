import type { Gone } from '../../domain/gone.ts';
import type { MediaQuality } from '../../domain/outcome.ts';
import type { Voice } from '../ports.ts';

/** What calls ask of the media servers. `edges/freeswitch` answers; whoever holds a dialog with a party asks. */
export interface MediaServers {
  /** True while at least one of them is there. */
  readonly connected: boolean;
  /** Opens an end for one party; `undefined` when no server is there or takes it. Never rejects. */
  open(wish: MediaWish): Promise<MediaEnd | undefined>;
}

/**
 * `offer`: the party's description, to be answered. `offers`: we make the offer: plain RTP, SRTP with keys in the
 * description (RFC 4568), or a browser's handshake (RFC 5763).
 */
export type MediaWish = { readonly offer: string } | { readonly offers: 'plain' | 'keys' | 'handshake' };

/** One party's end on a media server: where their sound comes and goes. */
export interface MediaEnd {
  /** What the party is told: our answer, or our offer; after `take` the answer to the last description of theirs. */
  readonly sdp: string;
  /** Fires once it is over. Its reason: `closed` (by us) or `media lost`. */
  readonly gone: Gone;
  /** How the sound was; known once it is over, `undefined` where the server did not say. */
  readonly quality: Promise<MediaQuality | undefined>;
  /** The party describes itself, anew or in answer to our offer. Gives our answer; `undefined` when it cannot be served. Never rejects. */
  take(sdp: string): Promise<string | undefined>;
  /** The two hear each other, and nothing else plays any more. False when it could not be done. Never rejects. */
  join(other: MediaEnd): Promise<boolean>;
  /** Parts what was joined; both stay. Never rejects. */
  part(): Promise<void>;
  /** The party pressed a key, and told so by INFO. */
  pressed(key: string, durationMs: number): void;
  /** The party has answered, or was answered: one that sends nothing from now on is gone. */
  answered(): void;
  /** Keys of the other side are told to the party by its own signalling: none are played to it as tones, though it takes no events. */
  keysAreTold(): void;
  /** Does something of ours play, or is something recorded? */
  readonly busy: boolean;
  /** Talks to the party. The same voice for every asking. */
  voice(party: VoiceParty): Voice;
  /** Ends it. Harmless when it is over. */
  close(): void;
}

/** Whom a voice talks to, as far as the call's own signalling knows. */
export interface VoiceParty {
  /** Fires when they have hung up; its reason is a `GoneReason`. */
  readonly gone: Gone;
  hangUp(): void;
}
