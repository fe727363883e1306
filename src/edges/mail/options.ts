import { z } from 'zod';
import { MailAddress } from '../../domain/mailbox.ts';
import { SecretRef } from '../../domain/secret.ts';

/** The mail server that letters about messages are given to: the `mail` block of `exchange.yaml`. */
export const MailOptions = z.strictObject({
  host: z.string().regex(/^[A-Za-z0-9.:-]{1,253}$/, 'the name or address of a mail server'),
  port: z.int().min(1).max(65_535).default(587),
  security: z
    .enum(['starttls', 'tls', 'none'])
    .default('starttls')
    .describe(
      'starttls: refused when the server has none; tls: from the first byte; none: for a server on this machine',
    ),
  user: z.string().min(1).max(200).optional(),
  password: SecretRef.optional().describe('of the user'),
  from: MailAddress.describe('whom letters come from'),
  links: z
    .strictObject({
      baseUrl: z
        .string()
        .max(200)
        .regex(
          /^https?:\/\/[^\s/?#@]+(\/[^\s?#]*[^\s?#/])?$/,
          'an address such as https://telephonie.example, without a / at its end',
        )
        .describe('where readers of letters reach the HTTP server of the exchange, mostly over a TLS proxy'),
      days: z.int().min(1).max(90).default(14).describe('how long a link works, from the letter on'),
      secret: SecretRef.prefault({ generated: 'message-links' }).describe(
        'what links are signed with; a new one ends them all',
      ),
    })
    .optional()
    .describe('letters bring a link that plays their message; absent: none'),
  daysAtMost: z.int().min(1).max(30).default(5).describe('how long a letter is tried again while the server is down'),
});
export type MailOptions = z.infer<typeof MailOptions>;
