import type { World } from './leg.ts';

const LINE = '='.repeat(97);

/** `sofia status`: where applications find the address to invite. */
export function sofiaStatus(world: World): string {
  const { address, port, announceTls } = world.sipAddress();
  const lines = [row('Name', 'Type', 'Data', 'State'), LINE];
  lines.push(row(world.profile, 'profile', `sip:mod_sofia@${address}:${port}`, 'RUNNING (0)'));
  if (announceTls)
    lines.push(row(world.profile, 'profile', `sip:mod_sofia@${address}:${port + 1}`, 'RUNNING (0) (TLS)'));
  return `${[...lines, LINE].join('\n')}\n1 profile 0 aliases\n`;
}

function row(name: string, type: string, data: string, state: string): string {
  return `${name.padStart(25)}\t${type.padStart(7)}\t${data.padStart(42)}\t${state}`;
}
