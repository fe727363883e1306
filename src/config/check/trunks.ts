import { isBrokenAddress } from '../../domain/host-port.ts';
import type { Source, TrunkFile } from '../../domain/trunk.ts';
import type { Draft, TownDraft } from '../draft.ts';
import { nearest } from '../guess.ts';
import { type Mark, type Path, pathText, placeText, type Report } from '../problem.ts';
import { oneOf } from '../say-schema.ts';
import type { Reserved } from './reserved.ts';
import { matchesSource, readSourceText } from './sources.ts';
import type { TownNumbers } from './town-numbers.ts';

type TrunkDraft = Draft<TrunkFile>;

export interface TrunkChecks {
  readonly town: TownDraft;
  readonly numbers: TownNumbers;
  readonly reserved: Reserved;
  readonly report: Report;
}

/** Holds the trunks against the town and against each other. */
export function checkTrunks(checks: TrunkChecks): void {
  const { town } = checks;
  const used = usedTrunks(town);
  const sources = new Map<string, Claimed>();
  for (const trunk of town.trunks.values()) {
    checkRole(trunk, checks);
    checkBlocks(trunk, checks);
    checkShown(trunk, checks);
    checkTargets(trunk, checks);
    checkSources(trunk, sources, checks);
    if (town.complete && trunk.values.role === 'operator' && !used.has(trunk.id)) reportUnused(trunk, checks);
  }
}

function usedTrunks({ sites }: TownDraft): ReadonlySet<string> {
  return new Set(
    [...sites.values()].flatMap(({ values: { outsideLine, emergency } }) => [
      ...(outsideLine?.trunks ?? []),
      ...(outsideLine?.international ?? []),
      ...(emergency?.trunks ?? []),
    ]),
  );
}

function reportUnused(trunk: TrunkDraft, { report }: TrunkChecks): void {
  const says = `no site has trunk ${trunk.id} among its trunks, so no call leaves on it`;
  add(trunk, ['name'], { says, expected: `${trunk.id} in the outsideLine.trunks of a site` }, report);
}

function checkRole(trunk: TrunkDraft, { town, report }: TrunkChecks): void {
  const { role, ipbx, numbers } = trunk.values;
  const written = trunk.written.mark(['ipbx'], 'key');
  if (role === 'ipbx' && written.found === 'nothing') {
    add(
      trunk,
      ['role'],
      { says: 'a trunk of role ipbx needs the block ipbx', expected: 'ipbx: { site, blocks, rights }' },
      report,
    );
  }
  if (role === 'operator' && ipbx !== undefined) {
    add(
      trunk,
      ['ipbx'],
      { says: 'only a trunk of role ipbx has a block ipbx', expected: 'role: ipbx, or no such block' },
      report,
      'key',
    );
  }
  if (role === 'operator' && numbers?.sent === 'extension') {
    const says = 'an operator does not know our extensions';
    add(trunk, ['numbers', 'sent'], { says, expected: '"e164" or "national"' }, report);
  }
  if (ipbx !== undefined && !town.sites.has(ipbx.site)) {
    const guess = nearest(ipbx.site, town.sites.keys());
    add(
      trunk,
      ['ipbx', 'site'],
      { says: `there is no site ${ipbx.site}`, expected: oneOf(town.sites.keys()), guess },
      report,
    );
  }
}

function checkBlocks(trunk: TrunkDraft, { town, reserved, report }: TrunkChecks): void {
  const digits = town.exchange.values.extensions?.digits;
  for (const [index, { from, to }] of (trunk.values.ipbx?.blocks ?? []).entries()) {
    const at = ['ipbx', 'blocks', index, 'from'];
    if (digits !== undefined && from.length !== digits) {
      const says = `extension ${from} has ${from.length} digits, and the town’s have ${digits}`;
      add(trunk, at, { says, expected: `${digits} digits` }, report);
    }
    const why = from.length === to.length ? reserved(from, to) : undefined;
    if (why !== undefined) {
      add(
        trunk,
        at,
        {
          says: `the block ${from} to ${to} has numbers that would never ring: ${why}`,
          expected: 'a block without them',
        },
        report,
      );
    }
  }
}

function checkShown(trunk: TrunkDraft, { numbers, report }: TrunkChecks): void {
  const { mayShow, otherwiseShow } = trunk.values;
  const ranges = mayShow ?? [];
  for (const [index, { from, to }] of ranges.entries()) {
    if (from.length === to.length && from <= to) continue;
    const says = `no number lies between ${from} and ${to}`;
    add(trunk, ['mayShow', index, 'to'], { says, expected: `a number as long as ${from}, and not before it` }, report);
  }
  if (
    ranges.length > 0 &&
    otherwiseShow === undefined &&
    trunk.written.mark(['otherwiseShow'], 'key').found === 'nothing'
  ) {
    const says = 'mayShow needs otherwiseShow: what is shown in place of a number that may not be';
    add(trunk, ['mayShow'], { says, expected: 'otherwiseShow: "+33…"' }, report, 'key');
  }
  if (otherwiseShow === undefined) return;
  if (!numbers.has(otherwiseShow)) {
    const says = `${otherwiseShow} is no number of the town: who calls back would reach nobody`;
    const expected = 'a public number of a line, a service or an IPBX block';
    add(trunk, ['otherwiseShow'], { says, expected, guess: numbers.near(otherwiseShow) }, report);
  }
  const allowed = ranges.some(
    ({ from, to }) => otherwiseShow.length === from.length && otherwiseShow >= from && otherwiseShow <= to,
  );
  if (ranges.length > 0 && !allowed) {
    add(
      trunk,
      ['otherwiseShow'],
      { says: `mayShow does not allow ${otherwiseShow}`, expected: 'a number of mayShow' },
      report,
    );
  }
}

function checkTargets(trunk: TrunkDraft, { town, report }: TrunkChecks): void {
  const listens = town.exchange.values.sip?.listen ?? [];
  const seen = new Set<string>();
  for (const [index, { host, port, transport }] of (trunk.values.targets ?? []).entries()) {
    const target = `${host}:${port} ${transport}`;
    const at = ['targets', index, 'host'];
    if (listens.some((one) => one.address === host && one.port === port)) {
      const says = `the target ${target} is the exchange itself: calls would go round in circles`;
      add(trunk, at, { says, expected: 'the address of the far end' }, report);
    }
    if (isBrokenAddress(host)) {
      const says = `${host} is no address: an IPv4 address has four parts, each at most 255`;
      add(trunk, at, { says, expected: 'an IPv4 address or a host name' }, report);
    }
    if (seen.has(target))
      add(trunk, at, { says: `the target ${target} is there twice`, expected: 'each target once' }, report);
    seen.add(target);
  }
}

interface Claimed {
  readonly trunk: string;
  readonly mark: Mark;
}

/** Two trunks of one address could not be told apart. A smaller network inside a larger one can. */
function checkSources(trunk: TrunkDraft, taken: Map<string, Claimed>, checks: TrunkChecks): void {
  const { report } = checks;
  for (const [index, text] of (trunk.values.sources ?? []).entries()) {
    const at = ['sources', index];
    const source = readSourceText(text);
    if ('wrong' in source) {
      add(
        trunk,
        at,
        { says: `${text} is no address: ${source.wrong}`, expected: 'an IPv4 address or network', guess: source.guess },
        report,
      );
      continue;
    }
    holdsUs(trunk, at, source, checks);
    const key = `${source.network}/${source.mask}:${source.port ?? ''}`;
    const other = taken.get(key);
    const mark = trunk.written.mark(at);
    if (other === undefined) taken.set(key, { trunk: trunk.id, mark });
    else {
      const says = `calls from ${text} are those of trunk ${other.trunk} already (${placeText(other.mark)})`;
      report.add(mark, { path: pathText(at), says, expected: 'an address of this trunk alone', also: other.mark });
    }
  }
}

/** What we send to ourselves would be taken for the trunk's, with all that is believed of a trunk. */
function holdsUs(trunk: TrunkDraft, at: Path, source: Source, { town, report }: TrunkChecks): void {
  const own = (town.exchange.values.sip?.listen ?? []).find(
    ({ address, port }) => matchesSource(source, address) && (source.port === undefined || source.port === port),
  );
  if (own === undefined) return;
  const says = `our own address ${own.address}:${own.port} would be trunk ${trunk.id}`;
  add(trunk, at, { says, expected: 'addresses of the far end alone' }, report);
}

interface SaidOfTrunk {
  readonly says: string;
  readonly expected: string;
  readonly guess?: string | undefined;
}

function add(
  { written }: TrunkDraft,
  path: Path,
  said: SaidOfTrunk,
  report: Report,
  part: 'key' | 'value' = 'value',
): void {
  report.add(written.mark(path, part), { path: pathText(path), ...said });
}
