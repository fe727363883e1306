import type { Config } from '../../domain/config.ts';
import type { Line } from '../../domain/line.ts';
import { settingOfLine, settingOfTrunk, wantsKeys } from '../media-path.ts';
import type { Finding } from './finding.ts';

/** Sound that is to run straight, and cannot. */
export function lintMedia(config: Config): readonly Finding[] {
  return [...secured(config), ...overruled(config)];
}

/** A phone that wants keys and a trunk, or a phone without them, have nothing to say to each other by themselves. */
function secured({ lines, sites }: Config): readonly Finding[] {
  return [...lines.values()].flatMap((line): Finding[] => {
    const site = sites.get(line.site);
    if (site === undefined || !wantsKeys(line, site) || settingOfLine(line, site).media !== 'direct') return [];
    const says = `line ${line.id} is offered encrypted sound only: calls with trunks and with phones that do not encrypt run over the media server, though media: direct is set`;
    return [{ severity: 'warning', rule: 'media-cannot-be-direct', says, config: whereOf(line) }];
  });
}

/** `direct` on a trunk is worth nothing to lines that are anchored. */
function overruled({ trunks, sites }: Config): readonly Finding[] {
  const anchored = [...sites.values()].filter(({ media }) => media === 'anchored').map(({ id }) => id);
  return [...trunks.values()].flatMap((trunk): Finding[] => {
    if (settingOfTrunk(trunk).media !== 'direct' || anchored.length === 0) return [];
    const says = `trunk ${trunk.id} is set to media: direct; with lines of ${anchored.join(', ')}, which are anchored, its calls run over the media server all the same`;
    return [{ severity: 'warning', rule: 'media-cannot-be-direct', says, config: `trunks.${trunk.id}.media` }];
  });
}

function whereOf({ media, config, site }: Line): string {
  return media === undefined ? `sites.${site}.media` : config;
}
