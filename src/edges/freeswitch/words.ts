/**
 * The choke point of this edge: whatever becomes part of a command of the event socket passes here. A line end would begin
 * a second command, `${` is expanded by FreeSWITCH, `!` `^` `|` `;` and blanks divide arguments. Text that could carry
 * a second command is refused, never repaired.
 */

/** Thrown with the kind of word, never with the word. */
export class WordRefused extends Error {
  constructor(kind: string) {
    super(`a ${kind} that cannot stand in a command of the event socket`);
    this.name = 'WordRefused';
  }
}

const fileName = /^(?!.*\.\.)[A-Za-z0-9_/+~.\u00c0-\u024f-]{1,900}$/;
const uuid = /^[0-9a-fA-F-]{1,64}$/;
const variable = /^[A-Za-z0-9_]{1,64}$/;
const meeting = /^[a-z0-9-]{1,64}$/;
const profile = /^[A-Za-z0-9_-]{1,64}$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this file is about
const control = /[\x00-\x1f\x7f]/;
const notDescription = /[^\r\n\t\x20-\x7e]/g;

/** An absolute path of a sound file: without blanks, without `..`, nothing that divides or expands. */
export function fileWord(path: string): string {
  if (!path.startsWith('/') || !fileName.test(path)) throw new WordRefused('file name');
  return path;
}

export function uuidWord(text: string): string {
  return fits(uuid, text, 'channel id');
}

export function variableWord(text: string): string {
  return fits(variable, text, 'variable');
}

export function streamWord(text: string): string {
  return fits(profile, text, 'stream');
}

/** A meeting, by the name we gave it: what divides a name from its profile, PIN and flags cannot stand in it. */
export function meetingWord(text: string): string {
  return fits(meeting, text, 'meeting');
}

export function profileWord(text: string): string {
  return fits(profile, text, 'profile');
}

/** A password, which may hold anything but what ends a line. */
export function secretWord(text: string): string {
  if (text === '' || text.length > 512 || control.test(text)) throw new WordRefused('password');
  return text;
}

/** A whole number between the two. */
export function numberWord(value: number, least: number, most: number): string {
  return String(Math.min(most, Math.max(least, Math.round(Number.isFinite(value) ? value : least))));
}

/**
 * A session description as it may reach the server. It comes back as a channel variable, percent-encoded byte by byte, and
 * the library's parser ends the process on bytes that are no UTF-8: so no byte beyond ASCII is sent. RFC 8866 §4.5: names
 * in it are for people, and mean nothing to the sound.
 */
export function descriptionText(sdp: string): string {
  if (sdp.length > 16_384) throw new WordRefused('description');
  return sdp.replaceAll(notDescription, '?');
}

function fits(pattern: RegExp, text: string, kind: string): string {
  if (!pattern.test(text)) throw new WordRefused(kind);
  return text;
}
