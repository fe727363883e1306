import type { SiteDraft, TownDraft } from '../draft.ts';
import { type Path, pathText, type Report, type Written } from '../problem.ts';

/** A FreeSWITCH goes on with another key than the one it offered: phones would hear noise. */
export function checkSrtp(site: SiteDraft, { exchange }: TownDraft, report: Report): void {
  if (exchange.values.engine?.media?.is !== 'freeswitch') return;
  const refuse = (written: Written, path: Path): void => {
    const says = 'a FreeSWITCH cannot offer encrypted sound that a phone understands';
    const expected = 'false, or the embedded media engine (engine.media of exchange.yaml)';
    report.add(written.mark(path), { path: pathText(path), says, expected });
  };
  if (site.values.srtp === true) refuse(site.written, ['srtp']);
  for (const { values, written, path } of site.lines) if (values.srtp === true) refuse(written, [...path, 'srtp']);
}
