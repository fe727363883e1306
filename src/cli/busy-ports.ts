import { createSocket } from 'node:dgram';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { createServer } from 'node:net';

/** An address to listen on. */
export interface Door {
  readonly address: string;
  readonly port: number;
  readonly transport: 'udp' | 'tcp';
  /** What for, such as `SIP`. */
  readonly purpose: string;
}

/** Tries each door, and says in one sentence each why it cannot be opened, and who holds it. Empty: all can be. */
export async function closedDoors(doors: readonly Door[]): Promise<readonly string[]> {
  const said = await Promise.all(
    doors.map(async (door) => {
      const problem = await tryDoor(door);
      return problem === undefined ? [] : [sentence(door, problem)];
    }),
  );
  return said.flat();
}

/** The error code when it cannot be listened on. Port 0 is always free. */
function tryDoor({ address, port, transport }: Door): Promise<string | undefined> {
  return new Promise((resolve) => {
    const codeOf = (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message);
    if (transport === 'udp') {
      const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4').on('error', codeOf);
      socket.bind(port, address, () => socket.close(() => resolve(undefined)));
    } else {
      const server = createServer().on('error', codeOf);
      server.listen(port, address, () => server.close(() => resolve(undefined)));
    }
  });
}

function sentence(door: Door, code: string): string {
  const where = `${door.purpose}: port ${door.port} of ${door.address} (${door.transport})`;
  switch (code) {
    case 'EADDRINUSE': {
      const holder = holderOf(door);
      return `${where} is in use${holder === undefined ? '' : ` by ${holder}`}`;
    }
    case 'EADDRNOTAVAIL':
      return `${where} cannot be opened: the address is not one of this machine’s`;
    case 'EACCES':
      return `${where} cannot be opened: ports below 1024 need a right that this user does not have`;
    default:
      return `${where} cannot be opened: ${code}`;
  }
}

/** `process 4711 (asterisk -f)`, where /proc lets this user see it. */
export function holderOf(door: Pick<Door, 'address' | 'port' | 'transport'>): string | undefined {
  const inodes = socketsAt(door);
  if (inodes.size === 0) return undefined;
  for (const pid of namesIn('/proc').filter((name) => /^\d+$/.test(name))) {
    const holds = namesIn(`/proc/${pid}/fd`).some((descriptor) =>
      inodes.has(linkText(`/proc/${pid}/fd/${descriptor}`)),
    );
    if (holds) return `process ${pid} (${commandOf(pid)})`;
  }
  return 'a process of another user';
}

const listening = '0A';

/** The sockets at that port whose address is the same, or where either stands for all. */
function socketsAt({ address, port, transport }: Pick<Door, 'address' | 'port' | 'transport'>): ReadonlySet<string> {
  const rows = [`/proc/net/${transport}`, `/proc/net/${transport}6`].flatMap((file) =>
    textOf(file).split('\n').slice(1),
  );
  const sockets = rows.flatMap((row) => {
    const [, local = '', , state, , , , , , inode] = row.trim().split(/\s+/);
    const [hexAddress = '', hexPort = ''] = local.split(':');
    if (Number.parseInt(hexPort, 16) !== port || (transport === 'tcp' && state !== listening)) return [];
    return overlaps(hexAddress, address) ? [`socket:[${inode}]`] : [];
  });
  return new Set(sockets);
}

/** The kernel writes an IPv4 address as one number in the machine's own byte order. */
function overlaps(hexAddress: string, address: string): boolean {
  if (/^0+$/.test(hexAddress) || address === '0.0.0.0' || address === '::') return true;
  const octets = address.split('.').map(Number);
  const hex = octets.map((octet) => octet.toString(16).padStart(2, '0')).reverse();
  return hexAddress.toLowerCase().endsWith(hex.join(''));
}

function commandOf(pid: string): string {
  const words = textOf(`/proc/${pid}/cmdline`)
    .split('\0')
    .filter((word) => word !== '');
  const command = words.join(' ') || textOf(`/proc/${pid}/comm`).trim();
  return command.length > 80 ? `${command.slice(0, 80)}…` : command;
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function linkText(file: string): string {
  try {
    return readlinkSync(file);
  } catch {
    return '';
  }
}
