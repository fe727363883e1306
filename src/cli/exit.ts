/** What a command tells the shell. `beffroi --help` prints this table. */
export const exits = {
  ok: { code: 0, means: 'done' },
  no: { code: 1, means: 'what was asked is not so: problems found, refused, nothing there' },
  usage: { code: 2, means: 'the command was not understood' },
  unreachable: { code: 3, means: 'no running exchange answers' },
  ourFault: { code: 4, means: 'a mistake of Beffroi itself' },
} as const;

export type Exit = keyof typeof exits;
