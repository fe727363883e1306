/** Arguments of applications, in FreeSWITCH's notations. Numbers that are none become the default. */

/** `file[@@sample]`, and before it perhaps `{name=value,…}`, which is passed over. */
export interface FileArgument {
  readonly file: string;
  readonly offset: number;
}

export function readFileArgument(text: string): FileArgument {
  const bare = text.trim().replace(/^(\{[^}]*\})+/, '');
  const [, file = bare, offset = '0'] = /^(.*)@@(\d{1,12})$/.exec(bare) ?? [];
  return { file, offset: Number(offset) };
}

/** `min max tries timeout terminators file invalid var regexp digit-timeout`, divided by blanks. */
export interface DigitsArgument {
  readonly min: number;
  readonly max: number;
  readonly tries: number;
  readonly timeoutMs: number;
  readonly terminators: string;
  readonly prompt: string;
  readonly invalidPrompt: string;
  readonly variable: string;
  readonly pattern: string;
  readonly digitTimeoutMs: number;
}

const MAX_DIGITS = 128;
const MIN_TIMEOUT_MS = 1000;
const MAX_TIMEOUT_MS = 3_600_000;

/** Undefined without the seven arguments FreeSWITCH demands. */
export function readDigitsArgument(text: string): DigitsArgument | undefined {
  const parts = text.trim().split(/ +/);
  if (parts.length < 7) return undefined;
  const [min, max, tries, timeout, terminators = '', prompt = '', invalid = '', variable = '', pattern = '', digit] =
    parts;
  const timeoutMs = within(timeout, MIN_TIMEOUT_MS, MAX_TIMEOUT_MS, MIN_TIMEOUT_MS);
  const most = within(max, 1, MAX_DIGITS, MAX_DIGITS);
  return {
    min: within(min, 0, most, 0),
    max: most,
    tries: within(tries, 1, 100, 1),
    timeoutMs,
    terminators,
    prompt,
    invalidPrompt: invalid,
    variable,
    pattern,
    digitTimeoutMs: digit === undefined ? timeoutMs : within(digit, 0, MAX_TIMEOUT_MS, 0) || timeoutMs,
  };
}

/** `file [limit seconds] [threshold] [silence seconds]`; 0 is no limit, a threshold of 0 no watch for silence. */
export interface RecordArgument {
  readonly file: string;
  readonly limitSeconds: number;
  readonly threshold: number;
  readonly silenceSeconds: number;
}

export function readRecordArgument(text: string): RecordArgument | undefined {
  const [file = '', limit, threshold, silence] = text.trim().split(/ +/);
  if (file === '') return undefined;
  return {
    file,
    limitSeconds: within(limit?.replace(/^\+/, ''), 0, 86_400, 0),
    threshold: within(threshold, 0, 32_768, 0),
    silenceSeconds: within(silence, 0, 3600, 0) || 3,
  };
}

/** `name=value`; undefined without a name. */
export function readAssignment(text: string): { readonly name: string; readonly value: string } | undefined {
  const equals = text.indexOf('=');
  const name = (equals === -1 ? text : text.slice(0, equals)).trim();
  return name === '' ? undefined : { name, value: equals === -1 ? '' : text.slice(equals + 1) };
}

/** `^^<delimiter>a=1<delimiter>b=2`; without the mark, divided by blanks. */
export function readAssignments(text: string): readonly { readonly name: string; readonly value: string }[] {
  const parts = text.startsWith('^^') ? text.slice(3).split(text.charAt(2)) : text.split(' ');
  return parts.slice(0, 256).flatMap((part) => readAssignment(part) ?? []);
}

/** `name[@profile][+pin][+flags{a|b}]`, as the `conference` application takes it. */
export interface ConferenceArgument {
  readonly name: string;
  readonly pin: string;
  readonly flags: readonly string[];
}

export function readConferenceArgument(text: string): ConferenceArgument | undefined {
  const [, before = text, inside = ''] = /^(.*?)\+?flags\{([^}]*)\}/.exec(text.trim()) ?? [];
  const [target = '', pin = ''] = before.trim().split('+');
  const name = target.split('@', 1)[0]?.trim() ?? '';
  if (name === '' || name.length > 128) return undefined;
  return {
    name,
    pin: pin.trim(),
    flags: inside
      .split(/[|,]/)
      .map((flag) => flag.trim())
      .filter(Boolean),
  };
}

/** `digits[@ms]`. `w` and `W` are pauses of half a second and of one. */
export interface DigitsToSend {
  readonly keys: string;
  readonly durationMs: number;
}

export function readDigitsToSend(text: string): DigitsToSend {
  const [keys = '', ms] = text.trim().split('@');
  return { keys: keys.slice(0, MAX_DIGITS), durationMs: within(ms, 40, 8000, 100) };
}

function within(text: string | undefined, least: number, most: number, otherwise: number): number {
  const value = text === undefined || text === '' ? Number.NaN : Math.trunc(Number(text));
  return Number.isFinite(value) ? Math.min(Math.max(value, least), most) : otherwise;
}
