import type { Extension } from '../../domain/numbers.ts';
import type { TownDraft } from '../draft.ts';
import { nearest } from '../guess.ts';
import { blockAt } from './blocks.ts';
import { type Claims, claimant, extensionOfDid, siteOf } from './claims.ts';

/** The public numbers of the town. */
export interface TownNumbers {
  has(e164: string): boolean;
  /** Who has it; for people. */
  owner(e164: string): { readonly what: string; readonly site: string | undefined; readonly is: string } | undefined;
  near(e164: string): string | undefined;
}

/** A number is the town's when a line, a service or a block on the IPBX has it. While a file cannot be read, nobody can tell. */
export function townNumbers(town: TownDraft, claims: Claims): TownNumbers {
  const owner: TownNumbers['owner'] = (e164) => {
    const claim = claims.dids.get(e164);
    if (claim !== undefined) return { what: claimant(claim), site: siteOf(claim), is: claim.owner.is };
    const extension = extensionOfDid(e164, town);
    const block = extension === undefined ? undefined : blockAt(extension as Extension, claims.blocks);
    return block && { what: block.what, site: block.site, is: 'ipbx' };
  };
  return {
    owner,
    has: (e164) => !town.complete || owner(e164) !== undefined,
    near: (e164) => {
      const guess = nearest(e164, claims.dids.keys());
      return guess && `"${guess}"`;
    },
  };
}
