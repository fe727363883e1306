import type { Source } from '../../domain/trunk.ts';

/** Networks wider than this would make strangers of half the world the operator. */
const bitsAtLeast = 8;

/** An address or network as numbers. A string says what is wrong with it, `guess` what was probably meant. */
export function readSourceText(text: string): Source | { readonly wrong: string; readonly guess?: string } {
  const [, address = '', bitsText, portText] = /^([\d.]+)(?:\/(\d+))?(?::(\d+))?$/.exec(text) ?? [];
  const parts = address.split('.').map(Number);
  const bits = bitsText === undefined ? 32 : Number(bitsText);
  const port = portText === undefined ? undefined : Number(portText);
  if (parts.length !== 4 || parts.some((part) => !(part <= 255)))
    return { wrong: 'each of its four parts is at most 255' };
  if (bits > 32) return { wrong: 'a network has at most 32 bits', guess: `${address}/24` };
  if (bits < bitsAtLeast) return { wrong: `a network has at least ${bitsAtLeast} bits: whoever is in it is believed` };
  if (port !== undefined && (port < 1 || port > 65_535)) return { wrong: 'a port is from 1 to 65535' };
  const number = parts.reduce((whole, part) => whole * 256 + part, 0);
  const mask = (0xffff_ffff << (32 - bits)) >>> 0;
  const network = (number & mask) >>> 0;
  if (network !== number) return { wrong: 'its last bits are outside its mask', guess: `${dotted(network)}/${bits}` };
  return { network, mask, ...(port !== undefined && { port }) };
}

/** Is the address in it? 0.0.0.0 is every address and none. */
export function matchesSource({ network, mask }: Source, address: string): boolean {
  const read = readSourceText(address);
  return 'network' in read && read.network !== 0 && (read.network & mask) >>> 0 === network;
}

function dotted(address: number): string {
  return [24, 16, 8, 0].map((bits) => (address >>> bits) & 255).join('.');
}
