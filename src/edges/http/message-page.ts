import { createHash } from 'node:crypto';
import type { Linked } from './ports.ts';

/** The pages behind a link in a letter: plain HTML, no script, nothing from anywhere else. */

const style =
  'body{font:1.1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:2rem auto;padding:0 1rem;color:#1b1b1b;background:#fff}' +
  'h1{font-size:1.3rem}audio{width:100%;margin:1rem 0}p[lang=en]{color:#444}' +
  '@media(prefers-color-scheme:dark){body{color:#eee;background:#161616}p[lang=en]{color:#bbb}a{color:#8ab4f8}}';

const styleHash = createHash('sha256').update(style).digest('base64');

/** What every page bears: no search engine keeps it, no other page is told where its reader came from or shows it in a frame. */
export const pageHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': `default-src 'none'; media-src 'self'; style-src 'sha256-${styleHash}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'`,
  'referrer-policy': 'no-referrer',
  'x-robots-tag': 'noindex, nofollow',
} as const;

/** In the language of the mailbox. `link`: the last part of the page's own address. */
export function messagePage(
  { message, language, mailbox, when }: Extract<Linked, { is: 'message' }>,
  link: string,
): string {
  const { number, name } = message.from;
  const seconds = Math.round(message.seconds);
  const who = name === undefined ? number : number === undefined ? name : `${name} (${number})`;
  const said =
    language === 'fr'
      ? {
          title: `Message de ${who ?? 'un numéro masqué'}`,
          about: `Pour ${mailbox}, ${when}. Durée : ${seconds} s.${message.urgent ? ' Urgent.' : ''}`,
          download: 'Télécharger le message',
          read: 'Dès qu’il est écouté, le message est marqué comme lu, aussi au téléphone.',
        }
      : {
          title: `Message from ${who ?? 'a withheld number'}`,
          about: `For ${mailbox}, ${when}. Length: ${seconds} s.${message.urgent ? ' Urgent.' : ''}`,
          download: 'Download the message',
          read: 'Once it is heard, the message is marked as read, on the telephone too.',
        };
  const sound = `${link}/sound`;
  return page(
    language,
    said.title,
    `<p>${escaped(said.about)}</p><audio controls autoplay src="${escaped(sound)}"></audio>` +
      `<p><a href="${escaped(sound)}" download="message.wav" rel="noreferrer">${said.download}</a></p><p>${said.read}</p>`,
  );
}

const reasons = {
  expired: {
    fr: 'Ce lien n’est plus valable : sa durée est passée. Le message reste dans la boîte vocale : composez le 888.',
    en: 'This link is no longer valid: its time is over. The message is still in the mailbox: dial 888.',
  },
  deleted: {
    fr: 'Ce message a été supprimé.',
    en: 'This message was deleted.',
  },
  unknown: {
    fr: 'Ce lien n’est pas valable. Est-il entier ? Il tient sur une seule ligne dans le courriel.',
    en: 'This link is not valid. Is it whole? It stands on one line of the e-mail.',
  },
} as const;

/** Whose mailbox it was nobody is told, so both languages are there. */
export function whyNotPage(why: keyof typeof reasons): string {
  const { fr, en } = reasons[why];
  return page('fr', 'Message vocal', `<p>${fr}</p><p lang="en">${en}</p>`);
}

function page(language: 'fr' | 'en', title: string, body: string): string {
  const head =
    '<meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="robots" content="noindex, nofollow">' +
    `<meta name="referrer" content="no-referrer"><title>${escaped(title)}</title><style>${style}</style>`;
  return `<!doctype html><html lang="${language}"><head>${head}</head><body><h1>${escaped(title)}</h1>${body}</body></html>\n`;
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** A caller's name comes from outside. */
function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? '');
}
