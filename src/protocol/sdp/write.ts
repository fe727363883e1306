import type { Attribute, Connection, MediaDescription, SessionDescription } from './description.ts';

/** Writes a session description with CR LF, in the order RFC 8866 §5 prescribes. */
export function writeSdp(session: SessionDescription): string {
  const { origin } = session;
  const lines = [
    'v=0',
    `o=${origin.user} ${origin.sessionId} ${origin.version} ${connectionText(origin.connection)}`,
    `s=${session.name}`,
    ...(session.connection === undefined ? [] : [`c=${connectionText(session.connection)}`]),
    't=0 0',
    ...session.attributes.map(attributeLine),
    ...session.media.flatMap(mediaLines),
  ];
  return `${lines.join('\r\n')}\r\n`;
}

function mediaLines(media: MediaDescription): readonly string[] {
  return [
    `m=${media.kind} ${media.port} ${[media.protocol, ...media.formats].join(' ')}`,
    ...(media.connection === undefined ? [] : [`c=${connectionText(media.connection)}`]),
    ...media.attributes.map(attributeLine),
  ];
}

function connectionText({ family, address }: Connection): string {
  return `IN ${family} ${address}`;
}

function attributeLine({ name, value }: Attribute): string {
  return value === undefined ? `a=${name}` : `a=${name}:${value}`;
}
