import { answerOffer } from '../../protocol/sdp/answer.ts';
import type { LocalMedia } from '../../protocol/sdp/local-media.ts';
import type { NegotiatedAudio } from '../../protocol/sdp/negotiated.ts';
import { makeOffer, type Offer, takeAnswer } from '../../protocol/sdp/offer.ts';
import { parseSdp } from '../../protocol/sdp/parse.ts';
import { writeSdp } from '../../protocol/sdp/write.ts';
import type { Leg } from './leg.ts';

/** What the session of a call says, and why not. */
export type SdpAnswer = { readonly sdp: string } | { readonly refused: string };

/**
 * The offers and answers of one leg (RFC 3264), and the variables in which clients read them. Knows no SIP: the door
 * carries the texts.
 */
export class SipSession {
  readonly #leg: Leg;
  readonly #local: () => LocalMedia;
  #version = 0;
  #lastSdp = '';
  #pending: Offer | undefined;

  constructor(leg: Leg, local: (version: number) => LocalMedia) {
    this.#leg = leg;
    this.#local = () => local(this.#version);
  }

  /** The answer to the peer's offer; media are in use from here on. */
  answer(text: string): SdpAnswer {
    const offer = parseSdp(text);
    if (typeof offer === 'string') return { refused: offer };
    this.#version += 1;
    const local = this.#local();
    const answer = answerOffer(offer, local);
    if (answer === undefined) {
      this.#version -= 1;
      return { refused: 'nothing in common' };
    }
    this.#use(answer.audio, writeSdp(answer.description), text, local);
    return { sdp: this.#lastSdp };
  }

  /** An offer of ours, when the peer made none. */
  offer(): string {
    this.#version += 1;
    const local = this.#local();
    this.#pending = makeOffer(local);
    this.#lastSdp = writeSdp(this.#pending.description);
    this.#setVariables(this.#lastSdp, '', local);
    return this.#lastSdp;
  }

  /** The answer to it, from the ACK. A sentence when it cannot be used. */
  takeAnswer(text: string): string | undefined {
    const pending = this.#pending;
    this.#pending = undefined;
    if (pending === undefined) return undefined;
    const answer = parseSdp(text);
    if (typeof answer === 'string') return answer;
    const local = this.#local();
    const audio = takeAnswer(pending, answer, local);
    if (typeof audio === 'string') return audio;
    this.#use(audio, this.#lastSdp, text, local);
    return undefined;
  }

  get awaitsAnswer(): boolean {
    return this.#pending !== undefined;
  }

  #use(audio: NegotiatedAudio, sdp: string, remoteSdp: string, local: LocalMedia): void {
    const leg = this.#leg;
    this.#lastSdp = sdp;
    leg.session.apply(audio);
    leg.audio.applied();
    this.#setVariables(sdp, remoteSdp, local);
    leg.set('remote_media_ip', audio.remote?.address ?? '');
    leg.set('remote_media_port', String(audio.remote?.port ?? ''));
    if (audio.telephoneEvent !== undefined) leg.set('dtmf_type', 'rfc2833');
    else if (leg.variables.get('dtmf_type') !== 'info') leg.set('dtmf_type', 'inband');
    leg.set('rtp_use_codec_name', audio.codec);
    leg.set('rtp_use_codec_rate', '8000');
    leg.set('rtp_secure_media_confirmed', audio.srtp === undefined ? '' : 'true');
    const isHeld = audio.direction === 'recvonly' || audio.direction === 'inactive';
    if (leg.callState === 'ACTIVE' || leg.callState === 'HELD') leg.setCallState(isHeld ? 'HELD' : 'ACTIVE');
  }

  #setVariables(sdp: string, remoteSdp: string, local: LocalMedia): void {
    const leg = this.#leg;
    leg.set('rtp_local_sdp_str', sdp);
    leg.set('switch_r_sdp', remoteSdp);
    leg.set('local_media_ip', local.address);
    leg.set('local_media_port', String(local.port));
    leg.set('rtp_use_codec_string', local.codecs.join(','));
  }
}
