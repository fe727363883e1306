import type { z } from 'zod';
import type { Config } from '../../src/domain/config.ts';
import type { TrunkFile } from '../../src/domain/trunk.ts';
import { buildConfig, type TownFiles } from './build-config.ts';
import type { Where } from './phone.ts';
import { beauvoirFiles } from './town.ts';

type Trunk = z.input<typeof TrunkFile>;

/** Peers of a trunk that a test plays: its targets, in the order they are tried, and anything else that differs. */
export interface Played extends Partial<Omit<Trunk, 'targets' | 'sources'>> {
  readonly peers: readonly (Where & { readonly transport?: 'udp' | 'tcp' })[];
}

/** Beauvoir, with the trunks that a test plays itself. The others are nowhere, and nobody asks them for their health. */
export function liveTown(
  played: Partial<Record<'operator' | 'backup' | 'ipbx', Played>> = {},
  exchange: Partial<TownFiles['exchange']> = {},
): Config {
  const trunks = Object.fromEntries(
    Object.entries(beauvoirFiles.trunks as Record<string, Trunk>).map(([id, file]) => {
      const { peers, ...rest } = played[id as keyof typeof played] ?? { peers: [] };
      const targets = peers.map(({ address, port, transport = 'udp' }, at) => ({
        host: address,
        port,
        transport,
        priority: at + 1,
      }));
      const sources = peers.map(({ address, port }) => `${address}:${port}`);
      const nowhere = { targets: [{ host: '127.0.0.1', port: 9 }], sources: ['192.0.2.254'] };
      return [
        id,
        { ...file, health: { everySeconds: 3600 }, ...(peers.length > 0 ? { targets, sources } : nowhere), ...rest },
      ];
    }),
  );
  return buildConfig({ ...beauvoirFiles, exchange: { ...beauvoirFiles.exchange, ...exchange }, trunks });
}
