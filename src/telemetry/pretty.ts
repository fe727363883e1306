/** A line of the log for people: time, level, what happened, the facts. Takes JSON, gives back one line of text. */
export function prettyLine(json: string, inColour: boolean): string {
  const { time, level, msg, err, ...facts } = JSON.parse(json);
  const paint = (code: number, text: string) => (inColour ? `\u001b[${code}m${text}\u001b[0m` : text);
  const clock = String(time).slice(11, 23);
  const said = Object.entries(facts).map(([name, value]) => `${paint(2, `${name}=`)}${fact(value)}`);
  const stack = typeof err?.stack === 'string' ? `\n${printable(err.stack)}` : '';
  const parts = [paint(2, clock), paint(colours[level] ?? 0, String(level).padEnd(5)), fact(msg ?? ''), ...said];
  return `${parts.join(' ')}${stack}\n`;
}

const colours: Readonly<Record<string, number>> = { trace: 2, debug: 2, info: 32, warn: 33, error: 31, fatal: 35 };

function fact(value: unknown): string {
  return printable(typeof value === 'string' ? value : JSON.stringify(value)).replaceAll('\n', '\\n');
}

/** Nothing from outside may move the cursor or paint the terminal. */
function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it is about
  return text.replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029]/g, (found) => {
    return `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
