import type { SiteDraft, TownDraft } from '../draft.ts';
import { nearest } from '../guess.ts';
import { type Path, pathText, type Report } from '../problem.ts';
import { oneOf } from '../say-schema.ts';
import { classesOf } from './lines.ts';
import { checkTimeZone } from './time-zone.ts';
import type { TownNumbers } from './town-numbers.ts';

/** Holds what a site says of itself against the town. */
export function checkSite(site: SiteDraft, town: TownDraft, numbers: TownNumbers, report: Report): void {
  const { outsideLine, emergency } = site.values;
  checkTrunks(site, ['outsideLine', 'trunks'], outsideLine?.trunks, town, report);
  checkTrunks(site, ['outsideLine', 'international'], outsideLine?.international, town, report);
  checkTrunks(site, ['emergency', 'trunks'], emergency?.trunks, town, report);
  checkNumber(site, ['mainNumber'], site.values.mainNumber, numbers, report);
  if (site.values.shownNumber !== 'line' && site.values.shownNumber !== 'site') {
    checkNumber(site, ['shownNumber'], site.values.shownNumber, numbers, report);
  }
  checkEmergencyNumber(site, town, numbers, report);
  checkRights(site, town, report);
  checkTimeZone(site, report);
}

function checkTrunks(
  site: SiteDraft,
  path: Path,
  trunks: readonly string[] | undefined,
  town: TownDraft,
  report: Report,
): void {
  for (const [index, id] of (trunks ?? []).entries()) {
    const trunk = town.trunks.get(id);
    const at = [...path, index];
    if (trunk === undefined) {
      const guess = nearest(id, town.trunks.keys());
      add(site, at, { says: `there is no trunk ${id}`, expected: oneOf(town.trunks.keys()), guess }, report);
    } else if (trunk.values.role === 'ipbx') {
      const says = `trunk ${id} leads to an IPBX: no outside line is there`;
      add(site, at, { says, expected: 'a trunk of role operator' }, report);
    } else if (trunks?.indexOf(id as never) !== index) {
      add(site, at, { says: `trunk ${id} is named twice`, expected: 'each trunk once' }, report);
    }
  }
}

function checkNumber(
  site: SiteDraft,
  path: Path,
  number: string | undefined,
  numbers: TownNumbers,
  report: Report,
): void {
  if (number === undefined || numbers.has(number)) return;
  const says = `${number} is no number of the town: who calls back would reach nobody`;
  const expected = 'a public number of a line, a service or an IPBX block';
  add(site, path, { says, expected, guess: numbers.near(number) }, report);
}

/** Help is sent to the address that belongs to the number shown, so it must be this site's (an IPBX serves several sites). */
function checkEmergencyNumber(site: SiteDraft, town: TownDraft, numbers: TownNumbers, report: Report): void {
  const number = site.values.emergency?.number;
  if (number === undefined) return;
  checkNumber(site, ['emergency', 'number'], number, numbers, report);
  const owner = numbers.owner(number);
  if (!town.complete || owner === undefined || owner.is === 'ipbx' || owner.site === site.id) return;
  const says = `${number} belongs to ${owner.what}${owner.is === 'line' ? '' : ` of ${owner.site}`}: help would be sent to that site`;
  add(site, ['emergency', 'number'], { says, expected: `a number of ${site.id}` }, report);
}

function checkRights(site: SiteDraft, town: TownDraft, report: Report): void {
  const classes = classesOf(site, town);
  const named = site.values.rights?.default;
  if (classes === undefined || named === undefined || classes.has(named)) return;
  const says = `there is no class of rights ${named}`;
  add(site, ['rights', 'default'], { says, expected: oneOf(classes), guess: nearest(named, classes) }, report);
}

interface SaidOfSite {
  readonly says: string;
  readonly expected: string;
  readonly guess?: string | undefined;
}

function add({ written }: SiteDraft, path: Path, said: SaidOfSite, report: Report): void {
  report.add(written.mark(path), { path: pathText(path), ...said });
}
