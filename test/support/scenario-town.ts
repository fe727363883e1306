import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from './net.ts';
import type { Socket, Transport } from './sipp.ts';

/** Where everybody sits, by name: `exchange`, `http`, the trunks, and each phone once it was asked for. */
export interface Places {
  readonly of: (name: string) => Promise<Socket>;
  /** `<operator.port>` and the like, written out. */
  readonly fill: (text: string) => string;
}

/** The addresses whose calls a trunk takes for its own; everybody else sits on 127.0.0.1, a second phone on 127.0.0.5. */
const addresses: Readonly<Record<string, string>> = {
  operator: '127.0.0.2',
  ipbx: '127.0.0.3',
  'operator-b': '127.0.0.4',
};
const known = ['exchange', 'web', 'http', 'engine', ...Object.keys(addresses)];

/** Hands out the sockets of one run. The exchange and the trunks have theirs before the configuration is written. */
export async function findPlaces(transport: Transport): Promise<Places> {
  const places = new Map<string, Socket>();
  const of = async (name: string): Promise<Socket> => {
    const there = places.get(name);
    if (there !== undefined) return there;
    const address = addresses[name] ?? (name.endsWith('-second') ? '127.0.0.5' : '127.0.0.1');
    const place = { address, port: await freePort(address) };
    places.set(name, place);
    return place;
  };
  for (const name of known) await of(name);
  const lookUp = (word: string): string | undefined => {
    if (word === 'transport') return transport;
    const [name = '', part] = word.split('.');
    const place = places.get(name);
    if (part === 'address') return place?.address;
    return place && String(place.port);
  };
  const fill = (text: string): string =>
    text.replaceAll(/<(transport|[a-z0-9-]+\.(?:address|port))>/g, (whole, word: string) => {
      const value = lookUp(word);
      if (value === undefined) throw new Error(`nobody knows ${whole}`);
      return value;
    });
  return { of, fill };
}

/** Lays a folder of configuration templates over another, with every place written out. */
export async function layTown(from: string, to: string, places: Places): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const source = join(from, entry.name);
    const target = join(to, entry.name);
    if (entry.isDirectory()) await layTown(source, target, places);
    else if (/\.ya?ml$/.test(entry.name)) await writeFile(target, places.fill(await readFile(source, 'utf8')));
    else await cp(source, target);
  }
}

/** The places that are targets of a trunk of this town. */
export async function trunkTargets(town: string, places: Places): Promise<readonly Socket[]> {
  const folder = join(town, 'trunks');
  const texts = await Promise.all((await readdir(folder)).map((file) => readFile(join(folder, file), 'utf8')));
  const all = await Promise.all(Object.keys(addresses).map(places.of));
  return all.filter(({ port }) => texts.some((text) => text.includes(`port: ${port}`)));
}
