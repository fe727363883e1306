import type { EslCommand } from './frame.ts';

/** What `sendmsg` asks of a channel. */
export type ChannelMessage =
  | { readonly is: 'execute'; readonly execute: Execution }
  | { readonly is: 'hangup'; readonly cause: string }
  | { readonly is: 'unknown'; readonly what: string };

/** One application to run. `id` comes back as `Application-UUID`. */
export interface Execution {
  readonly application: string;
  readonly argument: string;
  readonly id: string;
  readonly isLocked: boolean;
}

/** Reads the headers of a `sendmsg`; a body overrules `execute-app-arg`. `newId` names an execution the client did not name. */
export function readChannelMessage(command: EslCommand, newId: () => string): ChannelMessage {
  const header = (name: string) => command.headers.get(name) ?? '';
  const what = header('call-command').toLowerCase();
  if (what === 'hangup') return { is: 'hangup', cause: header('hangup-cause') || 'NORMAL_CLEARING' };
  const application = header('execute-app-name');
  if (what !== 'execute' || application === '') return { is: 'unknown', what };
  return {
    is: 'execute',
    execute: {
      application,
      argument: command.body === '' ? header('execute-app-arg') : command.body,
      id: header('event-uuid') || newId(),
      isLocked: header('event-lock').toLowerCase() === 'true',
    },
  };
}

const MAX_EXPANDED = 65_536;

/** Puts channel variables in place of `${name}`; what is not set becomes nothing. One pass: values are not expanded again. */
export function expandVariables(text: string, lookUp: (name: string) => string | undefined): string {
  if (!text.includes('${')) return text;
  return text.replace(/\$\{([^${}]*)\}/g, (_, name: string) => lookUp(name.trim()) ?? '').slice(0, MAX_EXPANDED);
}
