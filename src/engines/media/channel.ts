import type { Execution } from '../../protocol/esl/message.ts';
import type { ReceivedKey } from '../../protocol/rtp/event-receiver.ts';
import { ApplicationStack } from './application-stack.ts';
import { ChannelAudio } from './channel-audio.ts';
import { channelHeaders, mediaHeaders, resultHeaders } from './channel-event.ts';
import { monotonicMs } from './clock.ts';
import type { HangupCause } from './hangup-cause.ts';
import type { CallState, EndedBy, Joint, KeySource, Leg, Seat, SipHalf, StopReason, World } from './leg.ts';
import { setMediaStatistics } from './media-statistics.ts';
import { RtpSession } from './rtp-session.ts';
import { TwinKeys } from './twin-keys.ts';

const UNITS_PER_MS = 8;

/** One call leg on the media engine: its variables, what it does, whom it is joined with, and its end. */
export class Channel implements Leg {
  readonly uuid: string;
  readonly world: World;
  readonly variables = new Map<string, string>();
  readonly session: RtpSession;
  readonly audio: ChannelAudio;
  readonly stack: ApplicationStack;
  readonly createdAt = Date.now();
  callState: CallState = 'DOWN';
  hangupCause: HangupCause | undefined;
  sip: SipHalf | undefined;
  bridge: Joint | undefined;
  member: Seat | undefined;
  /** Called when the end has been told to everybody: the event socket says good-bye. */
  onEnd: (() => void) | undefined;
  /** Called when a browser’s handshake has brought keys. */
  onSecured: (() => void) | undefined;
  readonly #twinKeys = new TwinKeys();

  constructor(uuid: string, world: World) {
    this.uuid = uuid;
    this.world = world;
    this.session = new RtpSession(
      { ...world.rtp, random: (bytes) => world.random(bytes) },
      {
        onKey: (key) => this.pressed(key, 'RTP'),
        onSecured: () => this.onSecured?.(),
        onFailed: (why) => {
          world.log('warn', 'a browser’s handshake failed', { leg: uuid, because: why });
          this.hangup('NORMAL_TEMPORARY_FAILURE', 'engine');
        },
      },
    );
    this.audio = new ChannelAudio(this);
    this.stack = new ApplicationStack(this);
  }

  get isEnded(): boolean {
    return this.hangupCause !== undefined;
  }

  /** An empty value takes the variable away. */
  set(name: string, value: string): void {
    if (value === '') this.variables.delete(name);
    else if (this.variables.size < this.world.maxVariables || this.variables.has(name)) this.variables.set(name, value);
  }

  execute(execution: Execution): void {
    if (this.isEnded) this.tellComplete(execution, '-ERR channel is gone');
    else this.stack.execute(execution);
  }

  /** The peer pressed a key. One that comes both in the sound and as an event is told, and passed on, once. */
  pressed({ key, durationMs }: ReceivedKey, source: KeySource): void {
    if (this.isEnded || this.#twinKeys.isTwin(key, source, durationMs, monotonicMs())) return;
    this.world.emit({
      ...channelHeaders(this, 'DTMF'),
      'DTMF-Digit': key,
      'DTMF-Duration': String(durationMs * UNITS_PER_MS),
      'DTMF-Source': source,
    });
    const top = this.stack.top;
    if (top !== undefined) top.key?.(key);
    else if (this.member !== undefined) this.member.key(key);
    else this.bridge?.key(this, key, durationMs, source);
  }

  setCallState(state: CallState): void {
    if (state === this.callState) return;
    const before = this.callState;
    this.callState = state;
    this.world.emit({
      ...channelHeaders(this, 'CHANNEL_CALLSTATE'),
      'Original-Channel-Call-State': before,
      'Channel-Call-State-Number': String(STATES.indexOf(state)),
      'Hangup-Cause': this.hangupCause,
    });
  }

  /** All that is running is completed, then the state is told, then the BYE goes: no client waits for ever. */
  hangup(cause: HangupCause, by: EndedBy): void {
    if (this.isEnded) return;
    this.hangupCause = cause;
    const why: StopReason = by === 'peer' || by === 'engine' ? 'peer gone' : 'hangup';
    this.stack.stopAll(why);
    this.member?.leave('hangup');
    this.bridge?.end(this);
    this.audio.close();
    this.setCallState('HANGUP');
    this.world.emit({ ...channelHeaders(this, 'CHANNEL_HANGUP'), 'Hangup-Cause': cause });
    this.sip?.end(cause);
    setMediaStatistics(this);
    this.world.emit({
      ...channelHeaders(this, 'CHANNEL_HANGUP_COMPLETE'),
      'Hangup-Cause': cause,
      ...mediaHeaders(this),
    });
    this.world.ended(this);
    this.onEnd?.();
  }

  tellExecute(execution: Execution): void {
    this.set('current_application', execution.application);
    this.set('current_application_data', execution.argument);
    this.world.emit({ ...channelHeaders(this, 'CHANNEL_EXECUTE'), ...applicationHeaders(execution) });
  }

  tellComplete(execution: Execution, response: string): void {
    this.world.emit({
      ...channelHeaders(this, 'CHANNEL_EXECUTE_COMPLETE'),
      ...applicationHeaders(execution),
      'Application-Response': response,
      ...resultHeaders(this, this.world.isFiltered),
    });
  }
}

const STATES: readonly CallState[] = ['DOWN', 'RINGING', 'EARLY', 'ACTIVE', 'HELD', 'HANGUP'];

function applicationHeaders({ application, argument, id }: Execution) {
  return { Application: application, 'Application-Data': argument, 'Application-UUID': id };
}
