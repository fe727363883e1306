import fc from 'fast-check';
import type { Facts, IncomingCall } from '../../src/domain/call.ts';
import type { Config } from '../../src/domain/config.ts';
import { buildConfig } from './build-config.ts';
import { MONDAY_MORNING } from './calls.ts';
import { beauvoirFiles } from './town.ts';

const digit = fc.constantFrom(...'0123456789*#+');
const numbers = fc.constantFrom(
  ...[
    '4101',
    '4102',
    '4200',
    '4900',
    '4999',
    '7012',
    '7500',
    '100',
    '101',
    '9',
    '15',
    '112',
    '0112',
    '018',
    '+33112',
    '#31#112',
  ],
  ...[
    '00261910050',
    '0261910050',
    '+33261910050',
    '00639980001',
    '0004930123456',
    '00899123456',
    '03949',
    '3949',
    '118218',
    '*99',
  ],
  ...[
    '+33199004101',
    '0199004101',
    '33199004101',
    '+33199007012',
    '+33199004900',
    '+3310200199004101',
    '36510261910050',
  ],
);

/** What people and machines dial: numbers that mean something, and anything else. */
export const dialled: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: numbers },
  { weight: 2, arbitrary: fc.array(digit, { maxLength: 20 }).map((digits) => digits.join('')) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 200 }) },
);

const lines = Object.values(beauvoirFiles.sites).flatMap((site) =>
  site.lines.map((line): string => ('id' in line ? line.id : line.extension)),
);
const addresses = fc.constantFrom(
  '192.0.2.1',
  '198.51.100.5',
  '10.20.0.5',
  '10.20.0.6',
  '203.0.113.9',
  '::1',
  'nonsense',
);
const anyNumber = fc.oneof(numbers, fc.constantFrom('anonymous', '', 'bob', '7012'), fc.string({ maxLength: 40 }));

/** A call from anybody to anything, with whatever they say of themselves. */
export const call: fc.Arbitrary<IncomingCall> = fc
  .record({
    dialled,
    line: fc.option(fc.constantFrom(...lines, 'ghost'), { nil: undefined }),
    from: anyNumber,
    honest: fc.boolean(),
    asserted: fc.option(anyNumber, { nil: undefined }),
    displayName: fc.option(fc.string({ maxLength: 100 }), { nil: undefined }),
    address: addresses,
    port: fc.constantFrom(5060, 5080),
    withheld: fc.boolean(),
    maxForwards: fc.integer({ min: -1, max: 70 }),
    diversions: fc.array(
      fc.record({ by: anyNumber, reason: fc.constant('unknown' as const), counter: fc.integer({ min: -3, max: 9 }) }),
      {
        maxLength: 8,
      },
    ),
  })
  .map(({ line, from, honest, asserted, displayName, address, port, ...rest }) => ({
    id: 'any',
    receivedAt: MONDAY_MORNING,
    source: { address, port, transport: 'udp' },
    claims: {
      from: line !== undefined && honest ? line : from,
      ...(line !== undefined && { proved: line as never }),
      ...(asserted !== undefined && { asserted }),
      ...(displayName !== undefined && { displayName }),
    },
    ...rest,
  }));

const count = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 500 }));

/** An exchange in any state, the impossible ones too. */
export const facts: fc.Arbitrary<Facts> = fc
  .record({
    hops: fc.integer({ min: 0, max: 9 }),
    chance: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    calls: count,
    contacts: fc.array(fc.tuple(fc.constantFrom(...lines), fc.integer({ min: 0, max: 3 }))),
    trunks: fc.array(
      fc.tuple(
        fc.constantFrom('operator', 'backup', 'ipbx'),
        fc.record({ channelsInUse: count, alive: fc.array(fc.boolean(), { maxLength: 3 }) }),
      ),
    ),
    siteCalls: fc.array(fc.tuple(fc.constantFrom('mairie', 'ecole', 'creche', 'depot'), count)),
  })
  .map(({ contacts, trunks, siteCalls, ...numbers }) => ({
    at: MONDAY_MORNING,
    ...numbers,
    contacts: new Map(contacts),
    trunks: new Map(trunks),
    siteCalls: new Map(siteCalls),
  })) as fc.Arbitrary<unknown> as fc.Arbitrary<Facts>;

const right = fc.constantFrom('internal', 'local', 'national', 'mobile', 'international', 'premium');
const rights = fc.uniqueArray(right);
const place = fc.constantFrom('x', '[2-5]', ...'0123456789*#+');
const rule = fc.record({
  match: fc
    .tuple(fc.array(place, { minLength: 1, maxLength: 6 }), fc.boolean())
    .map(([places, open]) => places.join('') + (open ? '.' : '')),
  to: fc.constantFrom('extension', 'short-number', 'outside', 'feature', 'refuse'),
  strip: fc.integer({ min: 0, max: 6 }),
  prepend: fc.constantFrom('', '', '0', '4', '+33', '3651'),
} as const);
const format = fc.constantFrom('e164', 'national', 'extension');
const trunkIds = fc.uniqueArray(fc.constantFrom('operator', 'backup', 'ipbx', 'ghost'), { minLength: 1 });

/** Beauvoir, as somebody without any sense might have configured it: trunks that do not exist, rules for anything, rights for nothing. */
export const config: fc.Arbitrary<Config> = fc
  .record({
    plan: fc.array(rule, { maxLength: 12 }),
    town: fc.array(rule, { maxLength: 6 }),
    standard: rights,
    ipbxRights: rights,
    prefix: fc.constantFrom('', '0', '9', '3', '11'),
    trunks: trunkIds,
    emergencyTrunks: trunkIds,
    formats: fc.record({ operator: format, backup: format, ipbx: format, received: format }),
    mayShow: fc.boolean(),
    didPrefix: fc.constantFrom('+3319900', '+33', '+4930'),
    callsAtMost: fc.integer({ min: 1, max: 400 }),
  })
  .map(
    ({
      plan,
      town,
      standard,
      ipbxRights,
      prefix,
      trunks,
      emergencyTrunks,
      formats,
      mayShow,
      didPrefix,
      callsAtMost,
    }) => {
      const { exchange, sites, services } = beauvoirFiles;
      const { operator, backup, ipbx } = beauvoirFiles.trunks;
      const outsideLine = { ...sites.mairie.outsideLine, prefix, trunks };
      return buildConfig({
        exchange: {
          ...exchange,
          extensions: { digits: 4, didPrefix },
          dialPlans: { town },
          rights: { ...exchange.rights, standard },
          callsAtMost,
        },
        sites: {
          ...sites,
          mairie: {
            ...sites.mairie,
            outsideLine,
            emergency: { ...sites.mairie.emergency, trunks: emergencyTrunks },
            dialPlan: { use: 'town', rules: plan },
          },
        },
        trunks: {
          operator: {
            ...operator,
            numbers: { sent: formats.operator, received: formats.received },
            ...(mayShow && { mayShow: backup.mayShow }),
          },
          backup: { ...backup, numbers: { sent: formats.backup, received: formats.received } },
          ipbx: {
            ...ipbx,
            ipbx: { ...ipbx.ipbx, rights: ipbxRights },
            numbers: { sent: formats.ipbx, received: formats.received },
          },
        },
        services,
      });
    },
  );
