import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface BigTown {
  /** At most 70 000: five-digit extensions from 10000 on, below the block of the IPBX. */
  readonly lines: number;
  readonly seed: number;
  /** Written as YAML instead of a CSV beside the site; at most a thousand lines a site. */
  readonly inYaml?: boolean;
}

const linesAtMost = 70_000;
const linesASite = 1_000;
const firstExtension = 10_000;

/** Writes the configuration of a town of many lines to a folder. The same seed writes the same files, byte by byte. */
export function writeBigTown(folder: string, { lines, seed, inYaml = false }: BigTown): void {
  if (lines < 2 || lines > linesAtMost) throw new Error(`a big town has 2 to ${linesAtMost} lines, not ${lines}`);
  const chance = chanceFrom(seed);
  for (const kind of ['sites', 'trunks', 'services']) mkdirSync(join(folder, kind), { recursive: true });
  writeFileSync(join(folder, 'exchange.yaml'), exchange);
  writeFileSync(join(folder, 'trunks/operateur.yaml'), operator);
  writeFileSync(join(folder, 'trunks/ipbx.yaml'), ipbx);
  const sites = Math.ceil(lines / linesASite);
  for (let at = 0; at < sites; at += 1) {
    const count = Math.min(linesASite, lines - at * linesASite);
    const rows = Array.from({ length: count }, (_, row) => lineOf(at, row, chance));
    const id = `site-${String(at).padStart(2, '0')}`;
    writeFileSync(join(folder, `sites/${id}.yaml`), siteOf(at, id, inYaml ? rows : undefined));
    if (!inYaml) writeFileSync(join(folder, `sites/${id}.csv`), table(rows));
    writeFileSync(join(folder, `services/accueil-${at}.yaml`), serviceOf(at, id, count));
  }
}

interface Row {
  readonly extension: string;
  readonly did: string;
  readonly short: string;
  readonly name: string;
  readonly rights: string;
  readonly kind: string;
}

function lineOf(site: number, row: number, chance: () => number): Row {
  const extension = String(firstExtension + site * linesASite + row);
  const pick = (words: readonly string[]): string => words[Math.floor(chance() * words.length)] ?? '';
  return {
    extension,
    // The first line has a number, since it is the site's.
    did: row === 0 || chance() < 0.7 ? `+331990${extension}` : '',
    short: row < 800 && site % 3 === 0 ? `8${String(200 + row).padStart(3, '0')}` : '',
    name: `${pick(first)} ${pick(last)} (poste ${extension})`,
    rights: pick(['', '', '', 'interne', 'direction']),
    kind: pick(['phone', 'phone', 'softphone', 'fax']),
  };
}

function table(rows: readonly Row[]): string {
  const cells = rows.map(({ extension, did, short, name, rights, kind }) =>
    [extension, did, short, name, rights, kind].join(','),
  );
  return `extension,did,short,name,rights,kind\n${cells.join('\n')}\n`;
}

function entry(row: Row): string {
  const said = Object.entries(row).filter(([, value]) => value !== '');
  return `  - { ${said.map(([key, value]) => `${key}: "${value}"`).join(', ')} }\n`;
}

function siteOf(at: number, id: string, rows: readonly Row[] | undefined): string {
  const number = `"+331990${firstExtension + at * linesASite}"`;
  const keepsShort = at % 3 === 0;
  return `name: Site ${at}
kind: ${at % 2 === 0 ? 'school' : 'social'}
timeZone: Europe/Paris
address: { street: ${at + 1} rue de la Ville, postcode: "00270", commune: Grandville, insee: "00127" }
mainNumber: ${number}
emergency: { number: ${number} }
outsideLine: { prefix: "0", trunks: [operateur], localArea: ["+33199"] }
${keepsShort ? 'shortNumbers: { digits: 4 }\n' : ''}dialPlan:
  use: ville
  rules:
    - { match: "5", to: extension, strip: 1, prepend: "${firstExtension + at * linesASite}" }
${keepsShort ? '    - { match: 8xxx, to: short-number }\n' : ''}rights: { default: standard }
callsAtMost: 1000
${rows === undefined ? `linesFrom: ${id}.csv\n` : `lines:\n${rows.map(entry).join('')}`}`;
}

function serviceOf(at: number, site: string, lines: number): string {
  const from = firstExtension + at * linesASite;
  const members = Array.from({ length: Math.min(4, lines) }, (_, row) => `"${from + row}"`);
  return `name: Accueil ${at}
site: ${site}
numbers: ["+3319908${String(at).padStart(4, '0')}"]
extension: "8${String(at).padStart(4, '0')}"
members: [${members.join(', ')}]
overflow: [{ to: goodbye }]
`;
}

const exchange = `name: Grandville
realm: telephonie.grandville.example
extensions: { digits: 5, didPrefix: "+331990" }
dialPlans:
  ville:
    - { match: "[1-8]xxxx", to: extension }
    - { match: "9[0-4]xxx", to: extension }
    - { match: "0.", to: outside, strip: 1 }
    - { match: "*.", to: feature }
rights:
  interne: [internal]
  standard: [internal, local, national, mobile]
  direction: [internal, local, national, mobile, international]
callsAtMost: 10000
`;

const operator = `name: Operateur
role: operator
targets: [{ host: 127.0.0.2 }]
sources: [127.0.0.2]
channels: 2000
`;

const ipbx = `name: IPBX
role: ipbx
ipbx: { site: site-00, blocks: [{ from: "90000", to: "94999" }], rights: [internal, national] }
targets: [{ host: 127.0.0.3 }]
sources: [127.0.0.3]
numbers: { sent: extension, received: extension }
channels: 200
`;

const first = ['Amélie', 'Baptiste', 'Camille', 'Damien', 'Élodie', 'Farid', 'Gaëlle', 'Hugo', 'Inès', 'Jérôme'];
const last = ['Aubry', 'Barbier', 'Carpentier', 'Delaunay', 'Estève', 'Fournier', 'Garnier', 'Hamel', 'Imbert'];

/** Mulberry32: small, and the same everywhere. */
function chanceFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
