import { type CryptoLine, writeCryptoLine } from '../srtp/sdes.ts';
import { isCodec, isComfortNoise, isTelephoneEvent, type PayloadFormat, payloadFormats } from './codecs.ts';
import {
  type Attribute,
  attribute,
  directionOf,
  type MediaDescription,
  type SessionDescription,
} from './description.ts';
import { dtlsAttributes, type LocalMedia, localSession, rtcpAttributes } from './local-media.ts';
import { answeringDirection, type NegotiatedAudio } from './negotiated.ts';
import { cryptoLines, isOldHold, peerDtls, ptimeOf, remoteOf, remoteRtcpOf, transportKind } from './peer-media.ts';

export interface Answer {
  readonly description: SessionDescription;
  readonly audio: NegotiatedAudio;
}

interface AcceptedLine {
  readonly media: MediaDescription;
  readonly audio: NegotiatedAudio;
}

/**
 * Answers an offer (RFC 3264 §6): the first audio line that we can take is taken, every other line is refused in its
 * place with port 0 (§6). Of the codecs offered, the first that we speak is answered, with telephone-event and comfort noise
 * under the numbers offered. Undefined when there is nothing in common: the caller says 488.
 */
export function answerOffer(offer: SessionDescription, local: LocalMedia): Answer | undefined {
  let accepted: AcceptedLine | undefined;
  const media = offer.media.map((line) => {
    const taken = accepted === undefined ? takeLine(offer, line, local) : undefined;
    accepted ??= taken;
    return taken?.media ?? refusedLine(line);
  });
  if (accepted === undefined) return undefined;
  return { description: localSession(local, media, sessionAttributes(offer, accepted)), audio: accepted.audio };
}

function takeLine(offer: SessionDescription, line: MediaDescription, local: LocalMedia): AcceptedLine | undefined {
  if (line.kind !== 'audio' || line.port === 0) return undefined;
  const chosen = chooseFormats(line, local);
  const secured = secure(offer, line, local);
  if (chosen === undefined || secured === undefined) return undefined;
  const isMuxed = local.rtcpMux && attribute(line, 'rtcp-mux') !== undefined;
  // With ICE the address in c= says nothing: a browser that still gathers candidates writes 0.0.0.0 (RFC 8839 §4.2.1.2).
  const isHeld = isOldHold(offer, line) && secured.negotiated.dtls === undefined;
  const offered = isHeld ? 'sendonly' : directionOf(offer, line);
  const direction = answeringDirection(offered, local.direction);
  const remote = remoteOf(offer, line);
  const ptimeMs = ptimeOf(line, local.ptimeMs);
  return {
    media: {
      kind: 'audio',
      port: local.port,
      protocol: line.protocol,
      formats: chosen.formats.map(({ payloadType }) => String(payloadType)),
      attributes: [
        ...chosen.formats.flatMap(formatLines),
        { name: 'ptime', value: String(ptimeMs) },
        { name: direction },
        ...rtcpAttributes(local, isMuxed),
        ...secured.attributes,
        ...midOf(line),
      ],
    },
    audio: {
      ...(remote === undefined ? {} : { remote, remoteRtcp: remoteRtcpOf(remote, line, isMuxed) }),
      rtcpMux: isMuxed,
      ...chosen.negotiated,
      direction,
      ptimeMs,
      ...secured.negotiated,
    },
  };
}

/** RFC 3264 §6: refused with port 0; protocol and formats as they were offered. */
function refusedLine(line: MediaDescription): MediaDescription {
  return { ...line, port: 0, connection: { family: 'IP4', address: '0.0.0.0' }, attributes: midOf(line) };
}

function chooseFormats(line: MediaDescription, local: LocalMedia) {
  const offered = payloadFormats(line);
  const format = offered.find((one) => local.codecs.some((codec) => isCodec(one, codec)));
  const codec = local.codecs.find((name) => format !== undefined && isCodec(format, name));
  if (format === undefined || codec === undefined) return undefined;
  const event = offered.find((one) => isTelephoneEvent(one, 8000));
  const noise = offered.find(isComfortNoise);
  const both = ({ payloadType }: PayloadFormat) => ({ send: payloadType, receive: payloadType });
  return {
    formats: [format, ...(event === undefined ? [] : [event]), ...(noise === undefined ? [] : [noise])],
    negotiated: {
      codec,
      payload: both(format),
      accepted: [{ codec, payloadType: format.payloadType }],
      ...(event === undefined ? {} : { telephoneEvent: both(event) }),
      ...(noise === undefined ? {} : { comfortNoise: both(noise) }),
    },
  };
}

function formatLines({ payloadType, name, clockRate }: PayloadFormat): readonly Attribute[] {
  if (name !== 'TELEPHONE-EVENT') return [{ name: 'rtpmap', value: `${payloadType} ${name}/${clockRate}` }];
  return [
    { name: 'rtpmap', value: `${payloadType} telephone-event/${clockRate}` },
    { name: 'fmtp', value: `${payloadType} 0-15` },
  ];
}

interface Secured {
  readonly attributes: readonly Attribute[];
  readonly negotiated: Pick<NegotiatedAudio, 'srtp' | 'dtls'>;
}

/** How the line will be protected; undefined when it may not be taken as it is offered. */
function secure(offer: SessionDescription, line: MediaDescription, local: LocalMedia): Secured | undefined {
  switch (transportKind(offer, line)) {
    case 'plain':
      return local.srtp.use === 'required' ? undefined : { attributes: [], negotiated: {} };
    case 'sdes':
      return local.srtp.use === 'never' ? undefined : withCrypto(cryptoLines(line), local);
    case 'dtls':
      return withDtls(offer, line, local);
    default:
      return undefined;
  }
}

/** RFC 4568 §5.1.2: the answer repeats tag and suite of the first line it can use, with a key of its own, which stays (§7.1.4). */
function withCrypto(lines: readonly CryptoLine[], local: LocalMedia): Secured | undefined {
  const line = lines.find(({ suite }) => local.srtp.suites.includes(suite));
  if (line === undefined) return undefined;
  const send = local.srtp.master(line.suite);
  return {
    attributes: [{ name: 'crypto', value: writeCryptoLine({ ...line, master: send }) }],
    negotiated: { srtp: { suite: line.suite, send, receive: line.master } },
  };
}

/** We wait for the handshake: `passive` to a browser's `actpass` or `active` (RFC 5763 §5). ICE-lite has one candidate. */
function withDtls(offer: SessionDescription, line: MediaDescription, local: LocalMedia): Secured | undefined {
  const peer = peerDtls(offer, line);
  if (peer === undefined || local.dtls === undefined || peer.setup === 'passive') return undefined;
  return { attributes: dtlsAttributes(local, local.dtls, 'passive'), negotiated: { dtls: peer } };
}

function midOf(line: MediaDescription): readonly Attribute[] {
  const mid = attribute(line, 'mid');
  return mid === undefined ? [] : [{ name: 'mid', value: mid }];
}

/** A bundle offered (RFC 9143 §7.3) is answered with the line that was taken. */
function sessionAttributes(offer: SessionDescription, { media, audio }: AcceptedLine): readonly Attribute[] {
  const mid = attribute(media, 'mid');
  const isBundled = mid !== undefined && attribute(offer, 'group')?.startsWith('BUNDLE') === true;
  return [
    ...(audio.dtls === undefined ? [] : [{ name: 'ice-lite' }]),
    ...(isBundled ? [{ name: 'group', value: `BUNDLE ${mid}` }] : []),
  ];
}
