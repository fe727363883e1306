import { connect } from 'node:net';
import { commandReply, connectReply } from '../../protocol/esl/block.ts';
import { channelData } from './channel-event.ts';
import { EslConnection } from './esl-connection.ts';
import type { EventBus } from './event-bus.ts';
import type { Leg } from './leg.ts';

const CONNECT_MS = 3000;

export interface CallBackOptions {
  readonly host: string;
  readonly port: number;
  readonly bus: EventBus;
  readonly queueBytes: number;
  api(line: string): Promise<string>;
}

/**
 * The outbound event socket of one leg: the engine calls the application back. When nobody answers, or the application
 * closes it, the leg ends.
 */
export function callBack(leg: Leg, { host, port, bus, queueBytes, api }: CallBackOptions): void {
  const socket = connect({ host, port });
  let isEnding = false;
  socket.setTimeout(CONNECT_MS, () => socket.destroy());
  socket.once('connect', () => socket.setTimeout(0));
  const connection = new EslConnection(
    socket,
    { world: leg.world, bus, queueBytes, api, onClose: () => leg.hangup('NORMAL_CLEARING', 'command') },
    (command, [verb = '']) => {
      switch (verb) {
        case 'connect':
          return connectReply({
            ...channelData(leg),
            'Content-Type': 'command/reply',
            'Reply-Text': '+OK\n',
            'Socket-Mode': 'async',
            Control: 'full',
          });
        case 'linger':
        case 'nolinger':
        case 'myevents':
        case 'resume':
        case 'divert_events':
          return commandReply(`+OK ${verb}`);
        case 'getvar':
          return commandReply(leg.variables.get(command.line.slice(7).trim()) ?? '');
        default:
          return undefined;
      }
    },
  );
  leg.onEnd = () => {
    if (isEnding) return;
    isEnding = true;
    connection.end(leg.uuid);
  };
}

/** `host:port` of `X-esl-outbound`, when the host is one we may call back. */
export function callBackTarget(
  text: string,
  allowed: readonly string[],
): { readonly host: string; readonly port: number } | undefined {
  const [, host = '', port = ''] = /^([A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:.]+\]):(\d{1,5})$/.exec(text.trim()) ?? [];
  const plain = host.replace(/[[\]]/g, '');
  const number = Number(port);
  const isAllowed = allowed.includes('*') || allowed.includes(plain);
  return isAllowed && number > 0 && number <= 65_535 ? { host: plain, port: number } : undefined;
}
