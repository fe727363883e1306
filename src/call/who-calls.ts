import { recognise } from '../decide/caller.ts';
import { callerLabel, callerNumber } from '../decide/summary.ts';
import type { MessageFrom } from '../domain/message.ts';
import type { PinCaller } from './pin-door.ts';
import type { Scene } from './scene.ts';

/** The caller as the owner of a mailbox is told. Who wishes not to be known is not told of. */
export function whoCalls({ call, config }: Pick<Scene, 'call' | 'config'>): MessageFrom {
  const { caller } = recognise(call, config);
  const number = caller && callerNumber(caller);
  if (caller === undefined || call.withheld || number === undefined) return {};
  const name = caller.is === 'line' ? caller.line.name : caller.name;
  return { number, ...(name !== undefined && { name }) };
}

/** The caller as their wrong PINs are counted: also of who wishes not to be known. */
export function whoProves({ call, config }: Pick<Scene, 'call' | 'config'>): PinCaller {
  const { caller } = recognise(call, config);
  const number = caller && callerNumber(caller);
  return { name: `${callerLabel(caller)} ${number ?? ''}`, isOutside: caller?.is !== 'line' };
}
