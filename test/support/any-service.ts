import fc from 'fast-check';
import type { z } from 'zod';
import type { Facts } from '../../src/domain/call.ts';
import type { Config } from '../../src/domain/config.ts';
import type { ServiceFile } from '../../src/domain/service.ts';
import { buildConfig, type TownFiles } from './build-config.ts';
import { MONDAY_MORNING } from './calls.ts';
import { beauvoirFiles } from './town.ts';

/** A block as an operator could write it. */
export type Block = z.input<typeof ServiceFile>;

/** Three hotlines that may hand over to each other; a last step only leads on to a later one, so none goes in circles. */
export const serviceIds = ['accueil', 'urgences', 'ccas'] as const;

const sentence = fc.constantFrom(
  'hotline.welcome',
  'hotline.closed',
  'hotline.busy',
  'hotline.crisis',
  'hotline.opens',
);
const says = fc.oneof(sentence, fc.array(sentence, { minLength: 1, maxLength: 3 }));
const resort = fc.constantFrom('mailbox', 'call-back', 'goodbye');
const people = ['4000', '4101', '4102', '4103', '7010', '7011', '+33639980102', '+33639980103'] as const;
const optional = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined, freq: 2 });

const blockOf = (index: number): fc.Arbitrary<Block> => {
  const id = serviceIds[index];
  const others = serviceIds.filter((other) => other !== id);
  const somebody = fc.constantFrom(...people, ...others);
  const several = fc.uniqueArray(fc.constantFrom(...people), { minLength: 1, maxLength: 4 });
  const goal = fc.oneof(resort, somebody, several);
  const way = fc.record({ say: optional(says), to: goal }).map(compact);
  const later = serviceIds.slice(index + 1);
  const end = fc.record({
    say: optional(says),
    to: later.length === 0 ? resort : fc.oneof(resort, fc.constantFrom(...later)),
  });
  const step = fc.record({
    say: optional(says),
    to: fc.oneof(somebody, several),
    ringSeconds: optional(fc.integer({ min: 5, max: 120 })),
  });
  return fc
    .record({
      members: fc.uniqueArray(somebody, { minLength: 1, maxLength: 6 }),
      strategy: fc.constantFrom('together' as const, 'in turn' as const, 'rotating' as const, 'longest idle' as const),
      ringSeconds: fc.integer({ min: 5, max: 60 }),
      whisper: fc.boolean(),
      shown: fc.constantFrom('service' as const, 'caller' as const),
      hours: fc.constantFrom('24/7', 'lun-ven 08:30-12:00 13:30-17:30', 'sam 09:00-12:00'),
      preAnswer: optional(
        fc.record({
          mode: fc.constantFrom('answer' as const, 'early-media' as const),
          say: says,
          ring: fc.constantFrom('after' as const, 'during' as const),
          callersAtMost: optional(fc.integer({ min: 1, max: 5 })),
        }),
      ),
      queue: optional(
        fc.record({
          callersAtMost: fc.integer({ min: 1, max: 5 }),
          secondsAtMost: fc.integer({ min: 10, max: 600 }),
          keys: fc.dictionary(fc.constantFrom('1', '2', '3', '9'), fc.oneof(resort, somebody), { maxKeys: 4 }),
        }),
      ),
      full: optional(way),
      busy: optional(way),
      closed: way,
      crisis: optional(fc.record({ say: optional(says), to: fc.oneof(goal, fc.constant('members')) }).map(compact)),
      siteDown: optional(way),
      overflow: fc
        .tuple(fc.array(step.map(compact), { maxLength: 4 }), end.map(compact))
        .map(([steps, last]) => [...steps, last]),
    })
    .map(
      (parts) =>
        compact({
          name: id,
          site: 'mairie',
          numbers: [`+3319900495${index}`],
          extension: `495${index}`,
          mailbox: { notify: ['accueil@beauvoir.example'] },
          ...parts,
          ...(parts.preAnswer && { preAnswer: compact(parts.preAnswer) }),
        }) as unknown as Block,
    );
};

/** The blocks of three hotlines by id. */
export const blocks: fc.Arbitrary<Readonly<Record<string, Block>>> = fc
  .tuple(blockOf(0), blockOf(1), blockOf(2))
  .map((drawn) => Object.fromEntries(drawn.map((block, index) => [serviceIds[index] ?? '', block])));

export function townWith(services: TownFiles['services']): Config {
  return buildConfig({ ...beauvoirFiles, services });
}

/** A town at any moment: who is there, who talks, how its hotlines are switched. */
export const moments: fc.Arbitrary<Facts> = fc
  .record({
    minutes: fc.integer({ min: 0, max: 7 * 24 * 60 }),
    chance: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    away: fc.subarray(['4000', '4101', '4102', '4103']),
    busy: fc.subarray(['4000', '4101', '4102', '4103']),
    modes: fc.array(fc.tuple(fc.constantFrom(...serviceIds), fc.constantFrom('normal', 'crisis', 'closed'))),
    waiting: fc.integer({ min: 0, max: 6 }),
    ipbx: fc.integer({ min: 0, max: 60 }),
    agents: fc.array(fc.tuple(fc.constantFrom('4101', '4102'), fc.constantFrom('in', 'out', 'paused', 'wrapping up'))),
    cutOff: fc.boolean(),
    turns: fc.nat(),
    helped: fc.boolean(),
  })
  .map(({ minutes, chance, away, busy, modes, waiting, ipbx, agents, cutOff, turns, helped }) => {
    const at = MONDAY_MORNING + minutes * 60_000;
    const facts = {
      at,
      hops: 0,
      chance,
      calls: 0,
      contacts: new Map(away.map((line) => [line, 0])),
      trunks: new Map([['ipbx', { channelsInUse: ipbx, alive: [true] }]]),
      siteCalls: new Map(),
      linesBusy: new Set(busy),
      serviceModes: new Map(modes),
      waiting: new Map(serviceIds.map((id) => [id, waiting])),
      agents: new Map(serviceIds.map((id) => [id, new Map(agents.map(([line, is]) => [line, { is }]))])),
      turns: new Map(serviceIds.map((id) => [id, turns])),
      sitesDown: new Set(cutOff ? ['mairie'] : []),
      helpCalled: new Map(helped ? [['+33199004950', at - 60_000]] : []),
    };
    return facts as unknown as Facts;
  });

/** Without what is undefined: YAML has no word for it. */
function compact<Value extends object>(value: Value): Value {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as Value;
}
