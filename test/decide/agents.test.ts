import { describe, expect, it } from 'vitest';
import { decide } from '../../src/decide/decide-call.ts';
import { standingSentence } from '../../src/decide/service-standing.ts';
import { changed } from '../../src/decide/wishes.ts';
import { wishLines } from '../../src/decide/wishes-text.ts';
import { isWrappingUp } from '../../src/decide/wrap-up.ts';
import type { ServiceId } from '../../src/domain/ids.ts';
import type { Service } from '../../src/domain/service.ts';
import { buildConfig } from '../support/build-config.ts';
import { fromLine, MONDAY_MORNING, quiet } from '../support/calls.ts';
import { beauvoirFiles } from '../support/town.ts';

const accueil = {
  name: 'Accueil',
  site: 'mairie',
  numbers: ['+33199004950'],
  extension: '4950',
  members: ['4101', '4102'],
  overflow: [{ to: 'goodbye' }],
  hours: 'lun-ven 08:30-12:00',
  closed: { to: 'goodbye' },
};
const town = (more: object) =>
  buildConfig({ ...beauvoirFiles, services: { accueil: { ...accueil, ...more } } } as never);
const dialled = (code: string, more: object = {}) =>
  decide(fromLine('4101', code), town(more), () => quiet()).treatment;
const id = 'accueil' as ServiceId;

describe('an agent of one service', () => {
  it.each([
    ['*50*4950#', 'in'],
    ['#50*4950#', 'out'],
    ['*51*4950#', 'paused'],
    ['#51*4950#', 'in'],
  ])('by %s is %s there', (code, as) => {
    expect(dialled(code)).toMatchObject({ do: 'wish', change: { set: 'agent', as, service: 'accueil' } });
  });

  it('must be one: nobody leaves a service that does not ring there', () => {
    expect(dialled('#50*4950#', { members: ['4102'] })).toEqual({ do: 'refuse', why: 'no-such-feature' });
    expect(dialled('#50*4102#')).toEqual({ do: 'refuse', why: 'no-such-feature' });
  });

  it('comes back to one, and to all at once', () => {
    const out = changed({}, { set: 'agent', as: 'out', service: id });
    expect(out).toEqual({ agentOf: { accueil: 'out' } });
    expect(wishLines(out)).toEqual(['takes no calls of accueil']);
    expect(changed(out, { set: 'agent', as: 'in', service: id })).toEqual({});
    expect(changed({ ...out, agent: 'paused' }, { set: 'agent', as: 'in' })).toEqual({});
  });

  it('is left in peace for the seconds of the wrap-up, and no longer', () => {
    const at = MONDAY_MORNING;
    expect(isWrappingUp(at, 30, at + 29_999)).toBe(true);
    expect(isWrappingUp(at, 30, at + 30_000)).toBe(false);
    expect(isWrappingUp(at, 0, at)).toBe(false);
    expect(isWrappingUp(undefined, 30, at)).toBe(false);
  });
});

describe('a service switched by star code', () => {
  const mine = { switchedBy: ['4101'], crisis: { to: 'goodbye' } };

  it.each([
    ['*34*4950*0#', 'normal'],
    ['#34*4950#', 'normal'],
    ['*34*4950*1#', 'crisis'],
    ['*34*4950*2#', 'closed'],
    ['*#34*4950#', undefined],
  ])('%s: %s', (code, mode) => {
    expect(dialled(code, mine)).toEqual({ do: 'switch service', service: id, ...(mode && { mode }), by: '4101' });
  });

  it('obeys only the lines that its block names', () => {
    expect(dialled('*34*4950*2#', { switchedBy: ['4102'] })).toEqual({ do: 'refuse', why: 'barred' });
    expect(dialled('*#34*4950#')).toEqual({ do: 'refuse', why: 'barred' });
  });

  it('has no crisis where none was written', () => {
    expect(dialled('*34*4950*1#', { switchedBy: ['4101'] })).toEqual({ do: 'refuse', why: 'no-such-feature' });
  });

  it('says how it stands by its hours once it is switched back', () => {
    const service = town(mine).services.get(id) as Service;
    const at = (mode: 'normal' | 'crisis' | 'closed', hours = 0) =>
      standingSentence(service, MONDAY_MORNING + hours * 3_600_000, mode);
    expect([at('normal'), at('normal', 5), at('crisis'), at('closed')]).toEqual(
      ['service.open', 'service.closed', 'service.crisis', 'service.closed'].map((prompt) => ({ prompt })),
    );
  });
});
