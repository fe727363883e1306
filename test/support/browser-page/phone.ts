import { UA, WebSocketInterface } from 'jssip';
import type { RTCSession } from 'jssip/lib/RTCSession';
import type { IncomingRTCSessionEvent, OutgoingRTCSessionEvent } from 'jssip/lib/UA';
import { EAR_RATE, makeEar, makeMouth } from './ear.ts';
import type { PagePhone } from './page-phone.ts';

declare global {
  interface Window {
    phone: PagePhone;
    /** Set by the test: an event of this type, so many ms after what began it. */
    tell(type: string, param: string, ms: number): void;
  }
}

let ua: UA | undefined;
let session: RTCSession | undefined;
let mouth: MediaStream | undefined;
let began = 0;
const tell = (type: string, param = ''): void => window.tell(type, param, Math.round(performance.now() - began));
const ear = makeEar(() => tell('CALL_HEARD'));
const media = () => ({
  pcConfig: { iceServers: [] },
  mediaConstraints: { audio: true, video: false },
  ...(mouth && { mediaStream: mouth }),
});

async function watch(connection: RTCPeerConnection): Promise<void> {
  connection.addEventListener('iceconnectionstatechange', () => tell('CALL_PATH', connection.iceConnectionState));
  connection.addEventListener('connectionstatechange', () => tell('CALL_MEDIA', connection.connectionState));
  const ready = await ear;
  const take = (receiver: RTCRtpReceiver): void => ready.listen(new MediaStream([receiver.track]));
  connection.addEventListener('track', ({ receiver }) => take(receiver));
  for (const receiver of connection.getReceivers()) take(receiver);
}

function takeSession(event: IncomingRTCSessionEvent | OutgoingRTCSessionEvent, answersByItself: boolean): void {
  const made = event.session;
  session = made;
  const isIncoming = made.direction === 'incoming';
  if (isIncoming) began = performance.now();
  made.on('peerconnection', ({ peerconnection }: { peerconnection: RTCPeerConnection }) => void watch(peerconnection));
  made.on('progress', () => tell(isIncoming ? 'CALL_INCOMING' : 'CALL_RINGING'));
  made.on('confirmed', () => tell('CALL_ESTABLISHED'));
  made.on('failed', ({ cause }: { cause: string }) => tell('CALL_CLOSED', cause));
  made.on('ended', ({ cause }: { cause: string }) => tell('CALL_CLOSED', cause));
  if (!isIncoming && made.connection) void watch(made.connection);
  if (isIncoming && answersByItself) made.answer(media());
}

const KEY_MS = 50;
const senders = (): readonly RTCRtpSender[] => session?.connection?.getSenders() ?? [];

window.phone = {
  async open({ url, user, realm, password, answersByItself, toneHertz, toneAmplitude }) {
    await ear;
    began = performance.now();
    mouth = makeMouth(toneHertz, toneAmplitude);
    ua = new UA({
      sockets: [new WebSocketInterface(url)],
      uri: `sip:${user}@${realm}`,
      authorization_user: user,
      password,
      register_expires: 300,
      session_timers: false,
    });
    ua.on('registered', () => tell('REGISTER_OK'));
    ua.on('registrationFailed', ({ cause }) => tell('REGISTER_FAIL', cause ?? ''));
    ua.on('newRTCSession', (event: IncomingRTCSessionEvent | OutgoingRTCSessionEvent) =>
      takeSession(event, answersByItself),
    );
    ua.start();
  },
  dial(number) {
    began = performance.now();
    ua?.call(number, media());
  },
  answer: () => session?.answer(media()),
  hangUp: () => session?.terminate(),
  hold: () => void session?.hold(),
  resume: () => void session?.unhold(),
  transfer: (number) => session?.refer(number),
  // JsSIP would make each key 70 ms at least; the browser itself takes 40.
  press: (keys) =>
    senders()
      .find(({ dtmf }) => dtmf)
      ?.dtmf?.insertDTMF(keys, KEY_MS, KEY_MS),
  heard() {
    const bytes = new Uint8Array(heardNow().buffer);
    let text = '';
    for (const byte of bytes) text += String.fromCharCode(byte);
    return { rate: EAR_RATE, samples: btoa(text) };
  },
};

let heardNow = (): Int16Array => new Int16Array();
void ear.then(({ samples }) => {
  heardNow = samples;
});
