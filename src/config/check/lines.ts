import type { LineEntry } from '../../domain/line.ts';
import { remember } from '../../domain/remember.ts';
import { type LineDraft, lineMark, type SiteDraft, type TownDraft } from '../draft.ts';
import { nearest } from '../guess.ts';
import { type Path, pathText, placeText, type Report } from '../problem.ts';
import { oneOf } from '../say-schema.ts';
import { type Claims, claimant } from './claims.ts';
import { firstFit, type Plans } from './plans.ts';
import type { Reserved } from './reserved.ts';
import type { TownNumbers } from './town-numbers.ts';

export interface LineChecks {
  readonly town: TownDraft;
  readonly claims: Claims;
  readonly report: Report;
  readonly reserved: Reserved;
  readonly numbers: TownNumbers;
  readonly plans: Plans;
}

/** Holds the lines of a site against the town and against each other. */
export function checkLines(site: SiteDraft, checks: LineChecks): void {
  const classes = classesOf(site, checks.town);
  const shorts = new Map<string, LineDraft>();
  for (const line of site.lines) {
    checkExtension(line, checks);
    if (classes !== undefined) checkClass(line, classes, checks);
    if (line.values.short !== undefined) checkShort(line, line.values.short, shorts, checks);
    checkShown(line, checks);
    checkSecretary(line, checks);
    checkPickupGroup(line, checks);
  }
}

/** The classes of rights a site knows: the town's and its own. `undefined`: they could not be read. */
export function classesOf({ values }: SiteDraft, { exchange }: TownDraft): ReadonlySet<string> | undefined {
  if (exchange.values.rights === undefined || values.rights === undefined) return undefined;
  return new Set([...Object.keys(exchange.values.rights), ...Object.keys(values.rights.classes)]);
}

function checkExtension(line: LineDraft, { town, report, reserved }: LineChecks): void {
  const { extension, did } = line.values;
  const digits = town.exchange.values.extensions?.digits;
  if (extension !== undefined && digits !== undefined && extension.length !== digits) {
    const says = `extension ${extension} has ${extension.length} digits, and the town’s have ${digits}`;
    add(line, ['extension'], { says, expected: `${digits} digits` }, report);
  }
  const why = extension === undefined ? undefined : reserved(extension);
  if (why !== undefined) {
    add(
      line,
      ['extension'],
      { says: `extension ${extension} would never ring: ${why}`, expected: 'another extension' },
      report,
    );
  }
  if (extension !== undefined && did !== undefined && !did.endsWith(extension)) {
    const says = `the public number ${did} does not end in the extension ${extension}`;
    const guess = `"${did.slice(0, -extension.length)}${extension}"`;
    add(line, ['did'], { says, expected: `a number that ends in ${extension}`, guess }, report);
  }
}

function checkClass(line: LineDraft, classes: ReadonlySet<string>, { report }: LineChecks): void {
  const { rights } = line.values;
  if (rights === undefined || classes.has(rights)) return;
  const guess = nearest(rights, classes);
  add(line, ['rights'], { says: `there is no class of rights ${rights}`, expected: oneOf(classes), guess }, report);
}

function checkShort(line: LineDraft, short: string, taken: Map<string, LineDraft>, checks: LineChecks): void {
  const other = taken.get(short);
  taken.set(short, other ?? line);
  const said = (other && takenShort(short, other, line.site)) ?? unfitShort(line, short, checks);
  if (said !== undefined) add(line, ['short'], said, checks.report);
}

function takenShort(short: string, other: LineDraft, site: SiteDraft): SaidOfLine {
  const also = lineMark(other, 'short');
  const says = `the short number ${short} is taken already by ${nameOf(other.values)} (${placeText(also)})`;
  return { says, expected: `each short number once in ${site.id}`, also };
}

function unfitShort({ site }: LineDraft, short: string, { plans, reserved }: LineChecks): SaidOfLine | undefined {
  if (site.values.shortNumbers === undefined) {
    const silent = site.written.mark(['shortNumbers'], 'key').found === 'nothing' && site.values.name !== undefined;
    return silent ? { says: `${site.id} keeps no short numbers`, expected: 'shortNumbers in the site' } : undefined;
  }
  const { digits } = site.values.shortNumbers;
  if (short.length !== digits) {
    const says = `the short number ${short} has ${short.length} digits, and those of ${site.id} have ${digits}`;
    return { says, expected: `${digits} digits` };
  }
  const why = reserved(short);
  if (why !== undefined) {
    return { says: `the short number ${short} would never ring: ${why}`, expected: 'another number' };
  }
  const plan = plans.of(site.id);
  const rule = plan && firstFit(plan, short);
  if (plan === undefined || rule?.rule.to === 'short-number') return undefined;
  const where = rule === undefined ? 'no rule fits it' : `${rule.config} takes it to ${rule.rule.to}`;
  const says = `the short number ${short} cannot be dialled in ${site.id}: ${where}`;
  return { says, expected: 'a rule of the site that leads to short-number' };
}

function checkShown(line: LineDraft, { numbers, report }: LineChecks): void {
  const { shown } = line.values;
  if (shown === undefined || shown === 'line' || shown === 'site' || numbers.has(shown)) return;
  const says = `${shown} is no number of the town, so it may not be shown`;
  add(
    line,
    ['shown'],
    { says, expected: 'a public number of a line, a service or an IPBX block', guess: numbers.near(shown) },
    report,
  );
}

/** Only lines ring for a boss: others on the list would be passed over at each call. */
function checkSecretary(line: LineDraft, { town, claims, report }: LineChecks): void {
  for (const [index, extension] of (line.values.filter?.secretary ?? []).entries()) {
    const claim = claims.extensions.get(extension);
    if (claim?.owner.is === 'line' || (claim === undefined && !town.complete)) continue;
    const whose = claim === undefined ? `no line has the extension ${extension}` : `${extension} is ${claimant(claim)}`;
    const guess = claim === undefined ? nearest(extension, claims.extensions.keys()) : undefined;
    const said = { says: `${whose}, so it can be nobody’s secretary`, expected: 'the extension of a line' };
    add(line, ['filter', 'secretary', index], { ...said, guess: guess && `"${guess}"` }, report);
  }
}

/** A group of one picks up nothing: the name is that of no other line, most likely misspelt. */
function checkPickupGroup(line: LineDraft, { town, report }: LineChecks): void {
  const { pickupGroup } = line.values;
  if (pickupGroup === undefined || !town.complete) return;
  const named = pickupGroupsOf(town);
  if ((named.get(pickupGroup) ?? 0) > 1) return;
  const guess = nearest(
    pickupGroup,
    [...named.keys()].filter((one) => one !== pickupGroup),
  );
  const says = `no other line is in the pick-up group ${pickupGroup}`;
  add(line, ['pickupGroup'], { says, expected: 'a name that two lines or more have', guess }, report);
}

/** How many lines name each group. */
const pickupGroupsOf = remember((town: TownDraft): ReadonlyMap<string, number> => {
  const named = new Map<string, number>();
  for (const { lines } of town.sites.values()) {
    for (const { values } of lines) {
      const { pickupGroup } = values;
      if (pickupGroup !== undefined) named.set(pickupGroup, (named.get(pickupGroup) ?? 0) + 1);
    }
  }
  return named;
});

interface SaidOfLine {
  readonly says: string;
  readonly expected: string;
  readonly guess?: string | undefined;
  readonly also?: ReturnType<typeof lineMark> | undefined;
}

function add(line: LineDraft, path: Path, said: SaidOfLine, report: Report): void {
  report.add(lineMark(line, ...path), { path: pathText([...line.path, ...path]), ...said });
}

function nameOf({ name, extension }: Partial<LineEntry>): string {
  return `${extension ?? '?'} ${name ?? ''}`.trim();
}
