import type { Owner } from '../../domain/config.ts';
import type { LineId, MeetingId, ServiceId } from '../../domain/ids.ts';
import type { Extension } from '../../domain/numbers.ts';
import type { ServiceFile } from '../../domain/service.ts';
import { type Draft, type LineDraft, lineIdOf, type SiteDraft, type TownDraft } from '../draft.ts';
import { type Mark, type Path, pathText, placeText, type Report } from '../problem.ts';
import type { ExchangeFile } from '../schema.ts';
import { type BlockClaim, blockAt, claimBlocks } from './blocks.ts';

/** Who says that a number is theirs. */
export interface Claim {
  readonly owner: Owner;
  /** Exactly one of the four. */
  readonly line?: LineDraft;
  readonly service?: Draft<ServiceFile>;
  readonly exchange?: Draft<ExchangeFile>;
  readonly meeting?: MeetingDraft;
  readonly key: 'extension' | 'did' | 'id' | 'numbers';
  /** Which of the numbers of a service, or of the exchange. */
  readonly index?: number;
}

/** A meeting of a site: the index is its place in the list. */
export interface MeetingDraft {
  readonly site: SiteDraft;
  readonly index: number;
  readonly id: string;
}

/** Who has which number. The first claim counts; later ones are mistakes. */
export interface Claims {
  readonly extensions: ReadonlyMap<string, Claim>;
  readonly dids: ReadonlyMap<string, Claim>;
  /** Sorted. */
  readonly blocks: readonly BlockClaim[];
}

/** Gathers every number of the town, and reports those that two claim. Yields after each site. */
export function* claimNumbers(town: TownDraft, report: Report): Generator<undefined, Claims> {
  const blocks = claimBlocks(town, report);
  const extensions = new Map<string, Claim>();
  const dids = new Map<string, Claim>();
  const ids = new Map<string, Claim>();
  const take: Take = (taken, number, claim) => {
    const other = number === undefined ? undefined : taken.get(number);
    if (other !== undefined) reportTwice(claim, other, report);
    else if (number !== undefined) taken.set(number, claim);
  };
  for (const { lines } of town.sites.values()) {
    for (const line of lines) claimLine(line, { extensions, dids, ids }, take);
    yield;
  }
  for (const service of town.services.values()) claimService(service, extensions, dids, take);
  for (const site of town.sites.values()) claimMeetings(site, { extensions, dids, ids }, take);
  const { exchange } = town;
  for (const [index, number] of (exchange.values.mailboxes?.numbers ?? []).entries()) {
    take(dids, number, { owner: { is: 'mailboxes' }, exchange, key: 'numbers', index });
  }
  const claims: Claims = { extensions, dids, blocks };
  reportBorrowedIds(ids, extensions, report);
  yield;
  reportInBlocks(claims, town, report);
  return claims;
}

type Take = (taken: Map<string, Claim>, number: string | undefined, claim: Claim) => void;

type Taken = Readonly<Record<'extensions' | 'dids' | 'ids', Map<string, Claim>>>;

function claimLine(line: LineDraft, { extensions, dids, ids }: Taken, take: Take): void {
  const owner: Owner = { is: 'line', line: lineIdOf(line) as LineId };
  const { extension, did, id } = line.values;
  take(extensions, extension, { owner, line, key: 'extension' });
  if (did !== undefined) take(dids, did, { owner, line, key: 'did' });
  if (id !== undefined) take(ids, id, { owner, line, key: 'id' });
}

function claimService(
  service: Draft<ServiceFile>,
  extensions: Map<string, Claim>,
  dids: Map<string, Claim>,
  take: Take,
): void {
  const owner: Owner = { is: 'service', service: service.id as ServiceId };
  take(extensions, service.values.extension, { owner, service, key: 'extension' });
  for (const [index, number] of (service.values.numbers ?? []).entries()) {
    take(dids, number, { owner, service, key: 'numbers', index });
  }
}

function claimMeetings(site: SiteDraft, { extensions, dids, ids }: Taken, take: Take): void {
  for (const [index, { id, extension, did }] of (site.values.meetings ?? []).entries()) {
    const owner: Owner = { is: 'meeting', meeting: id as MeetingId };
    const meeting: MeetingDraft = { site, index, id };
    take(extensions, extension, { owner, meeting, key: 'extension' });
    if (did !== undefined) take(dids, did, { owner, meeting, key: 'did' });
    take(ids, id, { owner, meeting, key: 'id' });
  }
}

/** Who claims it, for people: `line 4101 of mairie`. */
export function claimant({ line, service, meeting }: Claim): string {
  if (meeting !== undefined) return `meeting ${meeting.id} of ${meeting.site.id}`;
  if (line === undefined) return service === undefined ? 'the mailboxes' : `service ${service.id}`;
  return `line ${line.values.extension ?? line.values.id} of ${line.site.id}`;
}

/** The site of whoever claims it. */
export function siteOf({ line, service, meeting }: Claim): string | undefined {
  if (meeting !== undefined) return meeting.site.id;
  return line === undefined ? service?.values.site : line.site.id;
}

/** The extension that the last digits of a number would be, when it begins like the town's. */
export function extensionOfDid(did: string, town: TownDraft): string | undefined {
  const { extensions } = town.exchange.values;
  if (extensions === undefined || !did.startsWith(extensions.didPrefix)) return undefined;
  const extension = did.slice(extensions.didPrefix.length);
  return extension.length === extensions.digits ? extension : undefined;
}

const nouns = { extension: 'the extension', did: 'the public number', numbers: 'the public number', id: 'the account' };

function pathOf({ line, exchange, meeting, key, index }: Claim): Path {
  if (meeting !== undefined) return ['meetings', meeting.index, key];
  const above = exchange === undefined ? (line?.path ?? []) : ['mailboxes'];
  return [...above, key, ...(index === undefined ? [] : [index])];
}

function markOf(claim: Claim): Mark {
  const { written } = claim.line ?? claim.service ?? claim.exchange ?? claim.meeting?.site ?? {};
  if (written === undefined) throw new Error('a claim is a line’s, a service’s, a meeting’s or the exchange’s');
  return written.mark(pathOf(claim));
}

function reportTwice(claim: Claim, other: Claim, report: Report): void {
  const mark = markOf(claim);
  const also = markOf(other);
  const what = `${nouns[claim.key]} ${mark.found} of ${claimant(claim)}`;
  report.add(mark, {
    path: pathText(pathOf(claim)),
    says: `${what} is taken already by ${claimant(other)} (${placeText(also)})`,
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
    if (other?.line === undefined || other.line.values.id !== undefined || other.line === claim.line) continue;
    reportTwice(claim, other, report);
  }
}

function reportInBlocks({ extensions, dids, blocks }: Claims, town: TownDraft, report: Report): void {
  if (blocks.length === 0) return;
  for (const [number, claim] of extensions) reportInBlock(number, claim, blocks, report);
  for (const [did, claim] of dids) {
    const extension = extensionOfDid(did, town);
    // A line whose extension is in the block has been told of that already.
    if (extension === undefined || (claim.line !== undefined && claim.line.values.extension === extension)) continue;
    reportInBlock(extension, claim, blocks, report);
  }
}

function reportInBlock(number: string, claim: Claim, blocks: readonly BlockClaim[], report: Report): void {
  const block = blockAt(number as Extension, blocks);
  if (block === undefined) return;
  const mark = markOf(claim);
  const also = block.written.mark(block.path);
  report.add(mark, {
    path: pathText(pathOf(claim)),
    says: `${nouns[claim.key]} ${mark.found} of ${claimant(claim)} lies in ${block.what} (${placeText(also)})`,
    expected: `a number outside ${block.from} to ${block.to}`,
    also,
  });
}
