import { anyForward, forwardTimes, type Twin, type Wishes } from '../domain/wishes.ts';

/** Wishes for people, one line each; none when there are none. */
export function wishLines(wishes: Wishes): readonly string[] {
  const { forwards = {}, selective = [], twin, blocked = [], agent, agentOf = {} } = wishes;
  return [
    ...forwardTimes.flatMap((when) => {
      const forward = forwards[when];
      if (forward === undefined) return [];
      const after = forward.afterSeconds === undefined ? '' : ` after ${forward.afterSeconds} s`;
      return [`forwards ${when === 'always' ? 'every call' : `when ${when}`} to ${forward.to}${after}`];
    }),
    ...selective.map((one) => `forwards ${anyForward(one)}`.replace('of every call', 'every call')),
    ...(twin === undefined ? [] : [`${twin.to} rings ${twinText(twin)}`]),
    ...(wishes.doNotDisturb ? ['is not to be disturbed'] : []),
    ...(wishes.hidesNumber ? ['withholds its number'] : []),
    ...(wishes.rejectsAnonymous ? ['takes no calls without a number'] : []),
    ...(wishes.filterOff ? ['has switched its filter off'] : []),
    ...(wishes.noCallWaiting ? ['is busy for a second call'] : []),
    ...(blocked.length === 0 ? [] : [`takes no calls from ${blocked.join(', ')}`]),
    ...(agent === undefined ? [] : [agent === 'out' ? 'takes no calls of services' : 'pauses as an agent']),
    ...Object.entries(agentOf).map(([service, as]) =>
      as === 'out' ? `takes no calls of ${service}` : `pauses as an agent of ${service}`,
    ),
  ];
}

function twinText({ afterSeconds, inTurn }: Twin): string {
  if (inTurn === true) return 'when its phones have not taken the call';
  return afterSeconds === 0 ? 'too' : `too after ${afterSeconds} s`;
}
