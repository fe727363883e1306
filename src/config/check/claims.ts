import type { Owner } from '../../domain/config.ts';
import type { LineId, ServiceId } from '../../domain/ids.ts';
import type { Extension } from '../../domain/numbers.ts';
import { type LineDraft, lineIdOf, type TownDraft } from '../draft.ts';
import { type Mark, type Path, pathText, placeText, type Report, type Written } from '../problem.ts';
import { type BlockClaim, blockAt, claimBlocks } from './blocks.ts';

/** Who says that a number is theirs, and where. */
export interface Claim {
  readonly owner: Owner;
  /** For people: `line 4101 of mairie`. */
  readonly what: string;
  /** `the extension`, `the public number`, `the account` */
  readonly noun: string;
  readonly site: string | undefined;
  readonly written: Written;
  readonly path: Path;
}

/** Who has which number. The first claim counts; later ones are mistakes. */
export interface Claims {
  readonly extensions: ReadonlyMap<string, Claim>;
  readonly dids: ReadonlyMap<string, Claim>;
  /** Sorted. */
  readonly blocks: readonly BlockClaim[];
}

/** Gathers every number of the town, and reports those that two claim. */
export function claimNumbers(town: TownDraft, report: Report): Claims {
  const blocks = claimBlocks(town, report);
  const extensions = new Map<string, Claim>();
  const dids = new Map<string, Claim>();
  const ids = new Map<string, Claim>();
  const take = (taken: Map<string, Claim>, number: string | undefined, claim: Claim): void => {
    const other = number === undefined ? undefined : taken.get(number);
    if (other !== undefined) reportTwice(claim, other, report);
    else if (number !== undefined) taken.set(number, claim);
  };
  for (const line of linesOf(town)) {
    const claim = lineClaim(line);
    take(extensions, line.values.extension, at(claim, 'the extension', 'extension'));
    take(dids, line.values.did, at(claim, 'the public number', 'did'));
    take(ids, line.values.id, at(claim, 'the account', 'id'));
  }
  reportBorrowedIds(ids, extensions, report);
  for (const { id, values, written } of town.services.values()) {
    const owner: Owner = { is: 'service', service: id as ServiceId };
    const claim: Claim = { owner, noun: '', what: `service ${id}`, site: values.site, written, path: [] };
    take(extensions, values.extension, at(claim, 'the extension', 'extension'));
    for (const [index, number] of (values.numbers ?? []).entries())
      take(dids, number, at(claim, 'the public number', 'numbers', index));
  }
  const claims: Claims = { extensions, dids, blocks };
  reportInBlocks(claims, town, report);
  return claims;
}

/** Every line of the town, site by site. */
export function* linesOf(town: TownDraft): Generator<LineDraft> {
  for (const site of town.sites.values()) yield* site.lines;
}

export function claimMark({ written, path }: Pick<Claim, 'written' | 'path'>): Mark {
  return written.mark(path);
}

/** The extension that the last digits of a number would be, when it begins like the town's. */
export function extensionOfDid(did: string, town: TownDraft): string | undefined {
  const { extensions } = town.exchange.values;
  if (extensions === undefined || !did.startsWith(extensions.didPrefix)) return undefined;
  const extension = did.slice(extensions.didPrefix.length);
  return extension.length === extensions.digits ? extension : undefined;
}

function lineClaim(line: LineDraft): Claim {
  const id = lineIdOf(line) ?? '';
  const what = `line ${line.values.extension ?? id} of ${line.site.id}`;
  return {
    owner: { is: 'line', line: id as LineId },
    what,
    noun: '',
    site: line.site.id,
    written: line.written,
    path: line.path,
  };
}

function at(claim: Claim, noun: string, ...path: Path): Claim {
  return { ...claim, noun, path: [...claim.path, ...path] };
}

function reportTwice(claim: Claim, other: Claim, report: Report): void {
  const mark = claimMark(claim);
  const also = claimMark(other);
  report.add(mark, {
    path: pathText(claim.path),
    says: `${claim.noun} ${mark.found} of ${claim.what} is taken already by ${other.what} (${placeText(also)})`,
    expected: 'each extension, public number and account once in the town',
    also,
  });
}

/** An account named like somebody else's extension: that line's own account would be the same. */
function reportBorrowedIds(
  ids: ReadonlyMap<string, Claim>,
  extensions: ReadonlyMap<string, Claim>,
  report: Report,
): void {
  for (const [id, claim] of ids) {
    const other = extensions.get(id);
    if (other === undefined || other.owner.is !== 'line' || other.owner.line !== id || isSame(claim, other)) continue;
    reportTwice(claim, other, report);
  }
}

function isSame(a: Claim, b: Claim): boolean {
  return a.written === b.written && pathText(a.path.slice(0, -1)) === pathText(b.path.slice(0, -1));
}

function reportInBlocks({ extensions, dids, blocks }: Claims, town: TownDraft, report: Report): void {
  if (blocks.length === 0) return;
  for (const [number, claim] of extensions) reportInBlock(number, claim, blocks, report);
  for (const [did, claim] of dids) {
    const extension = extensionOfDid(did, town);
    // A line whose extension is in the block has been told of that already.
    if (extension !== undefined && extensions.get(extension)?.what !== claim.what) {
      reportInBlock(extension, claim, blocks, report);
    }
  }
}

function reportInBlock(number: string, claim: Claim, blocks: readonly BlockClaim[], report: Report): void {
  const block = blockAt(number as Extension, blocks);
  if (block === undefined) return;
  const mark = claimMark(claim);
  const also = claimMark(block);
  report.add(mark, {
    path: pathText(claim.path),
    says: `${claim.noun} ${mark.found} of ${claim.what} lies in ${block.what} (${placeText(also)})`,
    expected: `a number outside ${block.from} to ${block.to}`,
    also,
  });
}
