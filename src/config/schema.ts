import { z } from 'zod';
import { CalendarFile } from '../domain/calendar.ts';
import { Exchange } from '../domain/exchange.ts';
import { hostPort } from '../domain/host-port.ts';
import { SecretRef } from '../domain/secret.ts';
import { ServiceFile } from '../domain/service.ts';
import { SiteFile } from '../domain/site.ts';
import { TrunkFile } from '../domain/trunk.ts';
import { MediaEngine } from '../edges/freeswitch/options.ts';
import { HttpOptions } from '../edges/http/options.ts';
import { MailOptions } from '../edges/mail/options.ts';
import { StoreOptions } from '../edges/stores/options.ts';
import { TelemetryOptions } from '../telemetry/options.ts';

const ipv4 = z
  .string()
  .regex(/^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/, 'an IPv4 address, such as "192.0.2.10"');

const pemFile = z.string().regex(/^\/.{1,500}$/, 'a PEM file, by its whole path, such as "/etc/beffroi/tls.pem"');

/** One address where SIP is spoken. */
export const SipListen = z.strictObject({
  address: ipv4.describe('of this machine; 0.0.0.0: every one that others reach it at, so not 127.0.0.1'),
  port: z.int().min(0).max(65_535).default(5060).describe('0: any free port'),
  transport: z
    .enum(['udp', 'tcp', 'ws', 'wss'])
    .default('udp')
    .describe('one entry for each; ws: WebSocket, for the phones of browsers, wss: the same over TLS'),
  origins: z
    .array(z.string().regex(/^https?:\/\/[^/\s]{1,253}$/, 'an origin, such as "https://telephone.example"'))
    .max(50)
    .readonly()
    .optional()
    .describe('ws, wss: pages that may connect; absent: every page, and it proves a line’s password like any phone'),
  proxies: z
    .array(ipv4)
    .max(16)
    .readonly()
    .optional()
    .describe('ws, wss: TLS proxies in front of us; where a browser is, they say in X-Forwarded-For'),
  certificate: pemFile.optional().describe('wss: the certificate and what leads to its authority; read at start'),
  key: pemFile.optional().describe('wss: the key of the certificate'),
});
export type SipListen = z.infer<typeof SipListen>;

export const SipOptions = z.strictObject({
  listen: z
    .array(SipListen)
    .min(1)
    .max(16)
    .readonly()
    .default([
      { address: '127.0.0.1', port: 5060, transport: 'udp' },
      { address: '127.0.0.1', port: 5060, transport: 'tcp' },
    ])
    .describe('where the embedded signalling engine listens; a drachtio-server has this in its own configuration'),
});
export type SipOptions = z.infer<typeof SipOptions>;

const engineAddress = hostPort('127.0.0.1:9022').describe('of the engine: host:port');

export const SignallingEngine = z.discriminatedUnion('is', [
  z.strictObject({ is: z.literal('embedded').describe('our own, started with the exchange') }),
  z.strictObject({
    is: z.literal('drachtio').describe('a drachtio-server'),
    address: engineAddress,
    secret: SecretRef.describe('the secret of its admin port'),
  }),
]);
export type SignallingEngine = z.infer<typeof SignallingEngine>;

export const EngineOptions = z.strictObject({
  signalling: SignallingEngine.prefault({ is: 'embedded' }).describe('who speaks SIP'),
  media: MediaEngine.prefault({ is: 'embedded' }).describe('who plays and records'),
});
export type EngineOptions = z.infer<typeof EngineOptions>;

/** What stands in `exchange.yaml` beside the exchange itself: the options of engines and edges. */
export const Options = z.strictObject({
  sip: SipOptions.prefault({}).describe('where SIP is spoken'),
  engine: EngineOptions.prefault({}).describe('the machines that speak SIP and carry sound'),
  http: HttpOptions.prefault({}).describe('the API, the health checks and the metrics'),
  store: StoreOptions.prefault({}).describe('where calls and bindings are kept'),
  mail: MailOptions.optional().describe('who sends letters about messages; absent: nobody'),
  telemetry: TelemetryOptions.prefault({}).describe('what the exchange tells about itself'),
});
export type Options = z.infer<typeof Options>;

/** `exchange.yaml` */
export const ExchangeFile = z.strictObject({ ...Exchange.shape, ...Options.shape });
export type ExchangeFile = z.infer<typeof ExchangeFile>;

/** Every kind of file there is, by the name of its JSON Schema. */
export const fileSchemas = {
  exchange: { schema: ExchangeFile, title: 'exchange.yaml', what: 'what holds for the whole town' },
  site: { schema: SiteFile, title: 'sites/<id>.yaml', what: 'a site of the town; the id is the file’s name' },
  trunk: { schema: TrunkFile, title: 'trunks/<id>.yaml', what: 'a SIP peer that carries many calls' },
  service: { schema: ServiceFile, title: 'services/<id>.yaml', what: 'a hotline' },
  calendar: { schema: CalendarFile, title: 'calendars/<id>.yaml', what: 'the days that are not like others' },
} as const;

/** The JSON Schema of a kind of file, for editors: what may be written, before anything is made of it. */
export function jsonSchemaOf(kind: keyof typeof fileSchemas): Readonly<Record<string, unknown>> {
  const { schema, title, what } = fileSchemas[kind];
  // Read-only is what our lists become once read; to an editor it would mean that nobody may write them.
  const override = ({ jsonSchema }: { readonly jsonSchema: z.core.JSONSchema.BaseSchema }): void => {
    delete jsonSchema.readOnly;
  };
  return { ...z.toJSONSchema(schema, { io: 'input', override }), title, description: what };
}
