/** The few settings of a drachtio.conf.xml that this engine has too; everything else in the file is passed over. */

export interface FromFile {
  readonly admin: { readonly address?: string; readonly port?: number; readonly secret?: string };
  readonly contacts: readonly { readonly contact: string; readonly external: string | undefined }[];
  readonly scanners:
    | { readonly action: 'reject' | 'discard'; readonly byHeader: ReadonlyMap<string, string[]> }
    | undefined;
  readonly optionsAnsweredFor: readonly string[];
  readonly sessionRefresher: 'uac' | 'uas' | undefined;
  readonly loglevel: string | undefined;
  /** Settings that ask for what this engine does not do. */
  readonly unsupported: readonly string[];
}

export function readDrachtioXml(text: string): FromFile {
  const xml = text.replaceAll(/<!--[\s\S]*?-->/g, '');
  const admin = element(xml, 'admin');
  const port = Number(attribute(admin?.tag, 'port'));
  const secret = attribute(admin?.tag, 'secret');
  const refresher = attribute(element(xml, 'session-timers')?.tag, 'default-refresher');
  return {
    admin: {
      ...(admin?.content ? { address: admin.content } : {}),
      ...(Number.isInteger(port) && port > 0 ? { port } : {}),
      ...(secret === undefined ? {} : { secret }),
    },
    contacts: elements(xml, 'contact').map(({ tag, content }) => ({
      contact: content,
      external: attribute(tag, 'external-ip'),
    })),
    scanners: scanners(xml),
    optionsAnsweredFor: elements(xml, 'user-agent-options-auto-respond').map(({ content }) => content),
    sessionRefresher: refresher === 'uac' || refresher === 'uas' ? refresher : undefined,
    loglevel: element(xml, 'loglevel')?.content,
    unsupported: ['request-handlers', 'tls', 'outbound-proxy', 'capture-server'].filter((name) => element(xml, name)),
  };
}

function scanners(xml: string): FromFile['scanners'] {
  const block = element(xml, 'spammers');
  if (block === undefined) return undefined;
  const byHeader = new Map<string, string[]>();
  for (const header of elements(block.content, 'header')) {
    const name = (attribute(header.tag, 'name') ?? '*').toLowerCase();
    byHeader.set(name, [...(byHeader.get(name) ?? []), ...elements(header.content, 'value').map((v) => v.content)]);
  }
  return { action: attribute(block.tag, 'action') === 'discard' ? 'discard' : 'reject', byHeader };
}

interface Element {
  readonly tag: string;
  readonly content: string;
}

function elements(xml: string, name: string): Element[] {
  const pattern = new RegExp(`<${name}(\\s[^>]*?)?(?:/>|>([\\s\\S]*?)</${name}>)`, 'g');
  return [...xml.matchAll(pattern)].map((found) => ({
    tag: found[1] ?? '',
    content: unescaped(found[2] ?? '').trim(),
  }));
}

function element(xml: string, name: string): Element | undefined {
  return elements(xml, name)[0];
}

function attribute(tag: string | undefined, name: string): string | undefined {
  const found = new RegExp(`(?:^|\\s)${name}\\s*=\\s*"([^"]*)"`).exec(tag ?? '');
  return found === null ? undefined : unescaped(found[1] ?? '');
}

function unescaped(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&');
}
