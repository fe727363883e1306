/**
 * The shape of every protocol machine in this room: a table and nothing else.
 * The driver that owns sockets and clock looks a row up and does what its effects say. No row means: ignore the event.
 */

/** `[next state, effects in order, citation]`; the citation names the RFC and the section the row is taken from. */
export type Row<State extends string, Effect extends string> = readonly [
  next: State,
  effects: readonly Effect[],
  rfc: string,
];

export type Table<State extends string, Event extends string, Effect extends string> = Readonly<
  Record<State, Partial<Readonly<Record<Event, Row<State, Effect>>>>>
>;

/** One step. Pure: the same state and event always give the same row; an event without a row changes nothing. */
export function step<State extends string, Event extends string, Effect extends string>(
  table: Table<State, Event, Effect>,
  state: State,
  event: Event,
): { readonly next: State; readonly effects: readonly Effect[] } {
  const row = table[state][event];
  return row === undefined ? { next: state, effects: [] } : { next: row[0], effects: row[1] };
}

/** The table as a mermaid state diagram, one arrow a row, with effects and citation on the arrow. */
export function toMermaid<State extends string, Event extends string, Effect extends string>(
  title: string,
  table: Table<State, Event, Effect>,
  initial: State,
): string {
  const name = (state: string): string => state.replaceAll(/[^A-Za-z0-9]/g, '_');
  const text = (label: string): string => label.replaceAll(':', ' -').replaceAll(';', ',');
  const lines = [`# ${title}`, '', '```mermaid', 'stateDiagram-v2', `  [*] --> ${name(initial)}`];
  for (const [state, rows] of Object.entries(table) as [State, Partial<Record<Event, Row<State, Effect>>>][]) {
    for (const [event, row] of Object.entries(rows) as [Event, Row<State, Effect>][]) {
      const effects = row[1].length === 0 ? '' : ` / ${row[1].join(', ')}`;
      lines.push(`  ${name(state)} --> ${name(row[0])}: ${text(event + effects)} (${row[2]})`);
    }
    if (Object.keys(rows).length === 0) lines.push(`  ${name(state)} --> [*]`);
  }
  return `${[...lines, '```'].join('\n')}\n`;
}
