import type { MailStore } from '../../../mailbox/ports.ts';
import type { Thread } from './thread.ts';

/** Messages, choices and letters, asked of the thread of the database. */
export function openSqliteMail(ask: Thread['ask']): MailStore {
  const method = <Method extends keyof MailStore>(name: Method) =>
    ((...given: readonly unknown[]) => ask({ ask: 'mail', method: name, given })) as MailStore[Method];
  return {
    begin: method('begin'),
    begun: method('begun'),
    keep: method('keep'),
    forget: method('forget'),
    messages: method('messages'),
    message: method('message'),
    mark: method('mark'),
    expired: method('expired'),
    mailboxes: method('mailboxes'),
    waiting: method('waiting'),
    choices: method('choices'),
    choose: method('choose'),
    post: method('post'),
    due: method('due'),
    posted: method('posted'),
    postpone: method('postpone'),
    giveUp: method('giveUp'),
    forgetGivenUp: method('forgetGivenUp'),
    lettersWaiting: method('lettersWaiting'),
  };
}
