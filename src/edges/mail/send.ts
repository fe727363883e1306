import nodemailer from 'nodemailer';
import type { Envelope, Given } from '../../mailbox/ports.ts';
import type { MailOptions } from './options.ts';

const timeoutMs = 20_000;

export interface MailServer {
  /** Gives a letter to the server. Never rejects. */
  send(envelope: Envelope): Promise<Given>;
  close(): void;
}

/** One connection at a time, opened for a letter and closed after it: letters are few. */
export function openMailServer(options: MailOptions, password: string | undefined): MailServer {
  const { host, port, security, user, from } = options;
  const transport = nodemailer.createTransport({
    host,
    port,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    ...(user !== undefined && password !== undefined && { auth: { user, pass: password } }),
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    disableUrlAccess: true,
  });
  const domain = from.slice(from.indexOf('@') + 1);
  return {
    async send({ id, to, subject, text, sound }) {
      try {
        await transport.sendMail({
          from,
          to,
          subject,
          text,
          messageId: `<${id}@${domain}>`,
          // RFC 3834 §5: nobody's absence shall answer it.
          headers: { 'Auto-Submitted': 'auto-generated' },
          ...(sound && { attachments: [{ filename: sound.name, path: sound.path, contentType: 'audio/wav' }] }),
        });
        return { is: 'taken' };
      } catch (error) {
        const { responseCode = 0, message } = error as { responseCode?: number; message: string };
        // A password that is refused is ours to mend: the letter waits for it.
        const isForGood = responseCode >= 500 && responseCode !== 530 && responseCode !== 535;
        return { is: isForGood ? 'refused' : 'not now', why: message };
      }
    },
    close: () => transport.close(),
  };
}
