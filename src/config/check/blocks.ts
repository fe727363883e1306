import type { TrunkId } from '../../domain/ids.ts';
import type { Extension } from '../../domain/numbers.ts';
import type { TrunkFile } from '../../domain/trunk.ts';
import type { Draft, TownDraft } from '../draft.ts';
import { pathText, placeText, type Report, type Written } from '../problem.ts';

/** A block of extensions that an IPBX claims, and where. */
export interface BlockClaim {
  readonly from: Extension;
  readonly to: Extension;
  readonly trunk: TrunkId;
  readonly what: string;
  readonly site: string | undefined;
  readonly written: Written;
  readonly path: readonly (string | number)[];
}

/** The blocks of every IPBX, sorted; those that lie over one another, or upside down, are reported. */
export function claimBlocks(town: TownDraft, report: Report): readonly BlockClaim[] {
  const blocks = [...town.trunks.values()].flatMap(blocksOf);
  const upright = blocks.filter((block) => isUpright(block, report)).sort(inOrder);
  let widest: BlockClaim | undefined;
  for (const block of upright) {
    if (widest !== undefined && widest.to.length === block.from.length && block.from <= widest.to) {
      reportOverlap(block, widest, report);
    }
    if (widest === undefined || widest.to.length !== block.to.length || block.to > widest.to) widest = block;
  }
  return upright;
}

/** The block that holds an extension. Blocks are sorted and do not overlap, so the last that begins before it is the one. */
export function blockAt(extension: Extension, blocks: readonly BlockClaim[]): BlockClaim | undefined {
  let low = 0;
  let high = blocks.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const block = blocks[middle];
    if (block !== undefined && compare(block.from, extension) <= 0) low = middle + 1;
    else high = middle;
  }
  const block = blocks[low - 1];
  return block && block.from.length === extension.length && extension <= block.to ? block : undefined;
}

function blocksOf({ id, values, written }: Draft<TrunkFile>): readonly BlockClaim[] {
  return (values.ipbx?.blocks ?? []).map(({ from, to }, index) => ({
    from,
    to,
    trunk: id as TrunkId,
    what: `the block ${from} to ${to} of trunk ${id}`,
    site: values.ipbx?.site,
    written,
    path: ['ipbx', 'blocks', index],
  }));
}

function isUpright(block: BlockClaim, report: Report): boolean {
  const { from, to, written, path } = block;
  if (from.length === to.length && from <= to) return true;
  const swapped = from.length === to.length ? `{ from: "${to}", to: "${from}" }` : undefined;
  report.add(written.mark([...path, 'to']), {
    path: pathText([...path, 'to']),
    says: `${block.what} has no extension in it`,
    expected: `an extension of ${from.length} digits, ${from} or more`,
    guess: swapped,
  });
  return false;
}

function reportOverlap(block: BlockClaim, other: BlockClaim, report: Report): void {
  const also = other.written.mark(other.path);
  report.add(block.written.mark(block.path), {
    path: pathText(block.path),
    says: `${block.what} overlaps with ${other.what} (${placeText(also)})`,
    found: `${block.from} to ${block.to}`,
    expected: 'blocks with no extension in common',
    also,
  });
}

function inOrder(a: BlockClaim, b: BlockClaim): number {
  return compare(a.from, b.from);
}

/** By length, then by digits. */
function compare(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length;
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
