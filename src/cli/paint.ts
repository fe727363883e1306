/** How words are set off: colours on a screen, nothing in a pipe or with NO_COLOR. */
export interface Painter {
  readonly strong: (text: string) => string;
  readonly faint: (text: string) => string;
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
}

export function painter(inColour: boolean): Painter {
  const code = (on: number, off: number) => (text: string) => (inColour ? `\u001b[${on}m${text}\u001b[${off}m` : text);
  return { strong: code(1, 22), faint: code(2, 22), good: code(32, 39), bad: code(31, 39) };
}

/** Nothing that a caller sent may move the cursor or paint the screen: control characters are written out. */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it is about
  return text.replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029]/g, (found) => {
    return `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

/** A value as JSON for programs, safe on a screen too. */
export function jsonText(value: unknown): string {
  return `${printable(JSON.stringify(value, null, 2))}\n`;
}

/** Rows under a head, in columns as wide as they need to be. The last column is never padded. */
export function table(head: readonly string[], rows: readonly (readonly string[])[], paint: Painter): string {
  const cells = rows.map((row) => row.map((cell) => printable(cell).replaceAll('\n', ' ')));
  const widths = head.map((title, column) => Math.max(title.length, ...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row.map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0))).join('  ');
  return [paint.strong(line(head)), ...cells.map(line)].map((text) => `${text.trimEnd()}\n`).join('');
}
