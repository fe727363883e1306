import type { Exchange } from './exchange.ts';

/**
 * Numbers of a country that no number of the town may look like: emergency numbers, which are looked for before all else,
 * and the national short numbers, which a site without an outside prefix dials as they are.
 */
export interface ReservedNumbers {
  readonly emergency: readonly string[];
  readonly short: readonly { readonly from: string; readonly to: string }[];
}

export const reservedNumbers: Readonly<Record<Exchange['country'], ReservedNumbers>> = {
  FR: {
    emergency: ['15', '17', '18', '112', '114', '115', '119', '191', '196', '197', '116000', '116117'],
    short: [
      { from: '1000', to: '1099' },
      { from: '3000', to: '3999' },
      { from: '116000', to: '116999' },
      { from: '118000', to: '118999' },
    ],
  },
};
