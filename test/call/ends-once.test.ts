import fc from 'fast-check';
import { expect, it } from 'vitest';
import { takeCall } from '../../src/call/path.ts';
import { outcomes } from '../../src/domain/outcome.ts';
import { fromLine, incoming } from '../support/calls.ts';
import { beauvoir } from '../support/town.ts';
import { fakeWorld, type Script, type Town } from './fake-world.ts';

const after = fc.integer({ min: 0, max: 4_000 }).map((tenths) => tenths / 10);
const step = fc.oneof(
  fc.record({ after, does: fc.constantFrom('ring' as const, 'answer' as const) }),
  fc.record({ after, does: fc.constant('fail' as const), sip: fc.integer({ min: 300, max: 699 }) }),
  fc.record({ after, does: fc.constant('throw' as const) }),
);
const script: fc.Arbitrary<Script> = fc.array(step, { maxLength: 5 });
const rarely = fc.integer({ min: 0, max: 9 }).map((drawn) => drawn === 0);
const town: fc.Arbitrary<Town> = fc
  .record({
    contacts: fc.array(fc.array(script, { maxLength: 4 }), { minLength: 1, maxLength: 4 }),
    talks: after,
    dialThrows: rarely,
    factsThrow: rarely,
    talkThrows: rarely,
    talkNeverBegins: rarely,
    refuseThrows: rarely,
    answersProbe: fc.boolean(),
    draining: rarely,
    rateExceeded: rarely,
    callerLeaves: fc.oneof(after, fc.constant(Number.POSITIVE_INFINITY)),
  })
  .map(({ contacts, ...rest }) => {
    let dialled = 0;
    const legsOf = (): readonly Script[] => {
      dialled += 1;
      return contacts[dialled % contacts.length] ?? [];
    };
    return { ...rest, legsOf };
  });

const operatorSource = { address: '192.0.2.10', port: 5060, transport: 'udp' } as const;
const call = fc.oneof(
  fc
    .constantFrom('4102', '4200', '00639980123', '7010', '15', '4999', '*21#', '')
    .map((dialled) => fromLine('4101', dialled)),
  fc
    .constantFrom('+33199004101', '+33199004900', '+33199004999', '+33145678901', 'x')
    .map((dialled) => incoming({ dialled, source: operatorSource })),
  fc.string({ maxLength: 40 }).map((dialled) => incoming({ dialled })),
);

it('ends exactly once in the ledger, whatever the world does', async () => {
  await fc.assert(
    fc.asyncProperty(call, town, async (one, world) => {
      const fake = fakeWorld(world);
      const ended = takeCall(one, fake.caller, beauvoir, fake.world);
      // Two hours: longer than every ring, every talk and every trunk in turn.
      await fake.clock.run(7_200);
      await ended;
      expect(fake.closed).toHaveLength(1);
      expect(outcomes).toContain(fake.closed[0]?.outcome.is);
      expect(fake.seats.calls).toBe(0);
      for (const trunk of beauvoir.trunks.keys()) expect(fake.seats.ofTrunk(trunk)).toBe(0);
      for (const site of beauvoir.sites.keys()) expect(fake.seats.ofSite(site)).toBe(0);
      const answered = fake.closed[0]?.outcome.is === 'answered';
      expect(fake.closed[0]?.answeredAt !== undefined || !answered).toBe(true);
    }),
    { numRuns: 300 },
  );
});
