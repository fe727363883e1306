import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Crowd, Roster } from '../../src/domain/roster.ts';

const names = fc.constantFrom('a', 'b', 'call-1', '__proto__', 'constructor', 'toString', '');

describe('a roster', () => {
  it('knows at any time who a map would know', () => {
    const step = fc.tuple(fc.constantFrom('set', 'delete', 'clear'), names, fc.integer());
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const [roster, map] = [new Roster<number>(), new Map<string, number>()];
        for (const [does, name, value] of steps) {
          if (does === 'delete') expect(roster.delete(name)).toBe(map.delete(name));
          else if (does === 'set') {
            roster.set(name, value);
            map.set(name, value);
          } else {
            roster.clear();
            map.clear();
          }
        }
        expect([roster.size, roster.values()]).toEqual([map.size, [...map.values()]]);
        expect(['a', '__proto__', 'toString'].map((name) => [roster.get(name), roster.has(name)])).toEqual(
          ['a', '__proto__', 'toString'].map((name) => [map.get(name), map.has(name)]),
        );
      }),
    );
  });
});

describe('a crowd', () => {
  it('has those who came and have not left, in the order in which they came', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 20 })), (steps) => {
        const crowd = new Crowd<{ readonly id: number }>();
        const there: { readonly member: { readonly id: number }; readonly leave: () => void }[] = [];
        for (const [id, at] of steps.entries()) {
          if (at > 10) there.splice(at - 11, 1)[0]?.leave();
          else {
            const member = { id };
            there.push({ member, leave: crowd.add(member) });
          }
        }
        expect(crowd.members()).toEqual(there.map(({ member }) => member));
      }),
    );
  });

  it('lets nobody leave twice', () => {
    const crowd = new Crowd<string>();
    const leave = crowd.add('one');
    crowd.add('two');
    leave();
    leave();
    expect(crowd.members()).toEqual(['two']);
  });
});
