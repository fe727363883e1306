import type { Config } from '../domain/config.ts';
import type { Options } from './schema.ts';
import type { Secret, Secrets } from './secrets.ts';

/** A secret that the configuration names and that is not there. */
export interface MissingSecret {
  /** For people: `trunk operateur`. */
  readonly whose: string;
  /** Where in the configuration: `trunks.operateur.credentials.password`. */
  readonly config: string;
  /** Never holds a secret. */
  readonly says: string;
}

type Named = readonly [whose: string, config: string, Secret];

/**
 * Looks every secret up that the configuration names; those that are to be made are made. The start, a reload and `check --secrets`
 * ask the same, so that none takes what another refuses.
 */
export function missingSecrets(
  { config, options }: { readonly config: Config; readonly options: Options },
  secrets: Secrets,
): readonly MissingSecret[] {
  const found = [...ofOptions(options, secrets), ...ofTown(config, secrets)];
  return found.flatMap(([whose, where, secret]) =>
    'missing' in secret ? [{ whose, config: where, says: secret.missing }] : [],
  );
}

function ofOptions({ http, engine, mail }: Options, { resolve }: Secrets): readonly Named[] {
  const { signalling, media } = engine;
  const named: Named[] = [['the API', 'http.token', resolve(http.token)]];
  if (signalling.is === 'drachtio')
    named.push(['engine.signalling', 'engine.signalling.secret', resolve(signalling.secret)]);
  if (media.is === 'freeswitch') named.push(['engine.media', 'engine.media.secret', resolve(media.secret)]);
  if (mail?.password !== undefined) named.push(['the mail server', 'mail.password', resolve(mail.password)]);
  if (mail?.links !== undefined) named.push(['links in letters', 'mail.links.secret', resolve(mail.links.secret)]);
  return named;
}

function ofTown({ trunks, meetings, lines }: Config, secrets: Secrets): readonly Named[] {
  const named: Named[] = [];
  for (const { id, credentials } of trunks.values()) {
    if (credentials === undefined) continue;
    named.push([`trunk ${id}`, `trunks.${id}.credentials.password`, secrets.resolve(credentials.password)]);
  }
  for (const { id, site, pin, hostPin } of meetings.values()) {
    const where = `sites.${site}.meetings.${id}`;
    named.push([`meeting ${id}`, `${where}.pin`, secrets.pin(pin)]);
    if (hostPin !== undefined) named.push([`the host of meeting ${id}`, `${where}.hostPin`, secrets.pin(hostPin)]);
  }
  // Without a reference it is derived from the master key, and cannot be missing.
  for (const line of lines.values())
    if (line.password !== undefined) named.push([`line ${line.id}`, line.config, secrets.ofLine(line)]);
  return named;
}
