import { describe, expect, it } from 'vitest';
import { type Feature, readFeatureCode } from '../../src/decide/feature-code.ts';
import type { WishChange } from '../../src/domain/wishes.ts';

const change = (of: WishChange): Feature => ({ is: 'change', change: of });

describe('a star code', () => {
  it.each<[string, Feature]>([
    ['*21*0639980001#', change({ set: 'forward', when: 'always', to: '0639980001' })],
    ['*21*0639980001', change({ set: 'forward', when: 'always', to: '0639980001' })],
    ['*21*+33639980001#', change({ set: 'forward', when: 'always', to: '+33639980001' })],
    ['*61*4102*20#', change({ set: 'forward', when: 'no answer', to: '4102', afterSeconds: 20 })],
    ['*61*4102*1#', change({ set: 'forward', when: 'no answer', to: '4102', afterSeconds: 5 })],
    ['*61*4102*99#', change({ set: 'forward', when: 'no answer', to: '4102', afterSeconds: 60 })],
    ['*67*4102#', change({ set: 'forward', when: 'busy', to: '4102' })],
    ['*69*4102#', change({ set: 'forward', when: 'busy', to: '4102' })],
    ['*62*4102*20#', change({ set: 'forward', when: 'unreachable', to: '4102' })],
    ['#21#', change({ clear: 'forward', when: 'always' })],
    ['#61', change({ clear: 'forward', when: 'no answer' })],
    ['##002#', change({ clear: 'all forwards' })],
    ['*20', change({ clear: 'all forwards' })],
    ['*#21#', { is: 'ask', when: 'always' }],
    ['*#62', { is: 'ask', when: 'unreachable' }],
    ['*25', { is: 'toggle', flag: 'doNotDisturb' }],
    ['*43#', change({ clear: 'noCallWaiting' })],
    ['#43#', change({ set: 'noCallWaiting' })],
    ['*63*0639980001*15#', change({ set: 'twin', to: '0639980001', afterSeconds: 15 })],
    ['*63*0639980001#', change({ set: 'twin', to: '0639980001', afterSeconds: 0 })],
    ['#63#', change({ clear: 'twin' })],
    ['*60*0639980001#', change({ set: 'block', number: '0639980001' })],
    ['#60*0639980001#', change({ clear: 'block', number: '0639980001' })],
    ['*8', { is: 'pick up' }],
    ['*84102', { is: 'pick up', extension: '4102' }],
    ['*50', change({ set: 'agent', as: 'in' })],
    ['#50', change({ set: 'agent', as: 'out' })],
  ])('%s is read', (code, feature) => {
    expect(readFeatureCode(code)).toEqual(feature);
  });

  it.each(['*', '#', '*21', '*21*#', '*21*1#', '*21*06a9#', '*99', '*21*0639980001*20*3#', '*#*#', '4102'])(
    '%s is none',
    (code) => {
      expect(readFeatureCode(code)).toBeUndefined();
    },
  );
});
