import { reservedNumbers } from '../../domain/reserved-numbers.ts';
import type { TownDraft } from '../draft.ts';

/** Why a number, or one of a block, may not be used inside the town; if so. */
export type Reserved = (from: string, to?: string) => string | undefined;

/**
 * Which numbers of the country the town's own must not be: emergency numbers, also behind the outside prefix of a site, and national
 * short numbers where a site dials them without a prefix.
 */
export function reservedIn(town: TownDraft): Reserved {
  const { emergency, short } = reservedNumbers[town.exchange.values.country ?? 'FR'];
  const ranges: Range[] = emergency.map((number) => ({
    from: number,
    to: number,
    why: `${number} is an emergency number`,
  }));
  const bare = [...town.sites.values()].find(({ values }) => values.outsideLine?.prefix === '');
  for (const { from, to } of bare === undefined ? [] : short) {
    ranges.push({
      from,
      to,
      why: `${from} to ${to} are national short numbers, dialled without a prefix in ${bare?.id}`,
    });
  }
  for (const [prefix, site] of prefixesOf(town)) {
    for (const number of emergency) {
      const dialled = prefix + number;
      const why = `${dialled} is the emergency number ${number} behind the outside prefix of ${site}`;
      ranges.push({ from: dialled, to: dialled, why });
    }
  }
  return (from, to = from) =>
    ranges.find((range) => range.from.length === from.length && range.from <= to && range.to >= from)?.why;
}

interface Range {
  readonly from: string;
  readonly to: string;
  readonly why: string;
}

/** Each outside prefix, and a site that has it. */
function prefixesOf(town: TownDraft): ReadonlyMap<string, string> {
  const prefixes = new Map<string, string>();
  for (const { id, values } of town.sites.values()) {
    const prefix = values.outsideLine?.prefix ?? '';
    if (prefix !== '' && !prefixes.has(prefix)) prefixes.set(prefix, id);
  }
  return prefixes;
}
