import type { Instant } from '../domain/instant.ts';
import type { Mailbox } from '../domain/mailbox.ts';
import type { MessageFrom } from '../domain/message.ts';

/** A letter in words. Plain text: it is read on telephones, and by machines that read aloud. */
export interface LetterText {
  readonly subject: string;
  readonly text: string;
}

/** What a letter is about, with everything looked up. */
export type LetterNews =
  | {
      readonly is: 'message';
      readonly from: MessageFrom;
      readonly at: Instant;
      readonly seconds: number;
      readonly urgent: boolean;
    }
  | { readonly is: 'missed call'; readonly from: MessageFrom; readonly at: Instant };

/** What the letter has beside its words. */
export interface LetterBrings {
  /** Is the sound attached? */
  readonly attached: boolean;
  /** Where the message can be heard. */
  readonly link?: string;
}

/** In the language of the mailbox, by the clock of its site. `when` writes the instant in that language. */
export function letterText(
  news: LetterNews,
  mailbox: Mailbox,
  when: (at: Instant) => string,
  brings: LetterBrings,
): LetterText {
  return mailbox.language === 'fr' ? french(news, mailbox, when, brings) : english(news, mailbox, when, brings);
}

type Written = typeof letterText;

const french: Written = (news, { name }, when, { attached, link }) => {
  const who = callerText(news.from, 'un numéro masqué');
  if (news.is === 'missed call') {
    return {
      subject: oneLine(`Appel manqué de ${who}`),
      text: lines(`${who} a appelé ${name} ${when(news.at)} et n’a pas laissé de message.`),
    };
  }
  const urgent = news.urgent ? 'Urgent : ' : '';
  const length = `${news.seconds} s`;
  return {
    subject: oneLine(`${urgent}message vocal de ${who} (${length})`),
    text: lines(
      `${who} a laissé un message pour ${name} ${when(news.at)}. Durée : ${length}.`,
      attached ? 'Le message est joint.' : '',
      link === undefined ? '' : `Pour l’écouter ici, ce qui le marque comme lu :\n${link}`,
      'Pour l’écouter au téléphone, composez le 888.',
    ),
  };
};

const english: Written = (news, { name }, when, { attached, link }) => {
  const who = callerText(news.from, 'a withheld number');
  if (news.is === 'missed call') {
    return {
      subject: oneLine(`Missed call from ${who}`),
      text: lines(`${who} called ${name} ${when(news.at)} and left no message.`),
    };
  }
  const urgent = news.urgent ? 'Urgent: ' : '';
  const length = `${news.seconds} s`;
  return {
    subject: oneLine(`${urgent}voice message from ${who} (${length})`),
    text: lines(
      `${who} left a message for ${name} ${when(news.at)}. Length: ${length}.`,
      attached ? 'The message is attached.' : '',
      link === undefined ? '' : `To hear it here, which marks it as read:\n${link}`,
      'To hear it by telephone, dial 888.',
    ),
  };
};

function callerText({ name, number }: MessageFrom, unknown: string): string {
  if (name === undefined) return number ?? unknown;
  return number === undefined ? name : `${name} (${number})`;
}

/** A caller's name comes from outside: nothing of it may begin another header line. */
function oneLine(text: string): string {
  return [...text]
    .map((character) => (character < ' ' || character === '\u007f' ? ' ' : character))
    .join('')
    .slice(0, 200);
}

function lines(...of: readonly string[]): string {
  return `${of
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join('\n\n')}\n`;
}
