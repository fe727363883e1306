import { describe, expect, it } from 'vitest';
import { callBackRules } from '../../src/decide/call-back-rules.ts';
import type { LineId, ServiceId } from '../../src/domain/ids.ts';
import type { CallRecord } from '../../src/domain/outcome.ts';
import { buildConfig } from '../support/build-config.ts';
import { MONDAY_MORNING } from '../support/calls.ts';
import { beauvoirFiles } from '../support/town.ts';

const service = (id: string) => ({ is: 'service', service: id as ServiceId }) as const;
const line = (id: string) => ({ is: 'line', line: id as LineId }) as const;
const hour = 3_600_000;
const block = {
  name: 'Accueil',
  site: 'mairie',
  numbers: ['+33199005000'],
  members: ['4101', '+33639980777', 'relais'],
  overflow: [{ to: 'call-back' }],
};
const relais = { ...block, name: 'Relais', numbers: ['+33199005001'], members: ['4102'] };
const rules = (more: object = {}) =>
  callBackRules(buildConfig({ ...beauvoirFiles, services: { accueil: { ...block, ...more }, relais } } as never));

describe('a call-back', () => {
  it('is due within the minutes of the block, in the opening hours of who calls back', () => {
    const hours = { hours: 'lun-ven 08:30-12:00 13:30-17:30', closed: { to: 'call-back' } };
    const inOffice = rules({ ...hours, callBack: { withinMinutes: 120 } }).of(service('accueil'));
    expect(inOffice?.dueAt(MONDAY_MORNING)).toBe(MONDAY_MORNING + 2 * hour);
    // At seven in the evening: two hours of the next morning, from half past eight on.
    expect(inOffice?.dueAt(MONDAY_MORNING + 10 * hour)).toBe(MONDAY_MORNING + 25.5 * hour);
  });

  it('is due by the clock where there are no hours', () => {
    expect(
      rules()
        .of(service('accueil'))
        ?.dueAt(MONDAY_MORNING + 10 * hour),
    ).toBe(MONDAY_MORNING + 12 * hour);
  });

  it('is owed by the service that the block names, and by nobody for what is no service', () => {
    expect(rules({ callBack: { owner: 'relais' } }).of(service('accueil'))?.owner).toEqual(service('relais'));
    expect(rules().of(service('4101'))).toBeUndefined();
  });
});

describe('somebody of a service', () => {
  const answered = (by: string, calledNumber?: string) =>
    ({ outcome: { is: 'answered', by }, ...(calledNumber && { calledNumber }) }) as CallRecord;

  it.each([
    ['a line that is a member', answered('line 4101'), true],
    ['a line that is a member of a member', answered('line 4102'), true],
    ['a mobile that is a member, when it was called', answered('trunk operator target 0', '+33639980777'), true],
    ['a line of another office', answered('line 4103'), false],
    ['any other mobile', answered('trunk operator target 0', '+33639980778'), false],
  ])('is %s', (_, record, is) => {
    expect(rules().hasAnswered(service('accueil'), record)).toBe(is);
  });
});

describe('the callers of a line', () => {
  const { mairie, ...others } = beauvoirFiles.sites;
  const town = (callBack: unknown, callBacks: object = {}) => {
    const lines = mairie.lines.map((one) => (one.extension === '4101' ? { ...one, callBack } : one));
    const sites = { ...others, mairie: { ...mairie, lines, callBacks } };
    return callBackRules(buildConfig({ ...beauvoirFiles, sites } as never));
  };

  it.each([
    ['where nothing is said', undefined, {}, undefined],
    ['where the line says so', true, {}, 24],
    ['by when the line says', { withinMinutes: 60 }, { withinMinutes: 180 }, 1],
    ['where the site says so, by when it says', undefined, { everyLine: true, withinMinutes: 180 }, 3],
    ['unless the line says not', false, { everyLine: true }, undefined],
  ])('are to be called back %s', (_, own, site, hours) => {
    const rule = town(own, site).of(line('4101'));
    expect(rule?.owner).toEqual(hours === undefined ? undefined : line('4101'));
    expect(rule?.dueAt(MONDAY_MORNING)).toBe(hours && MONDAY_MORNING + hours * hour);
  });

  it('have called its extension, whoever answered there', () => {
    const { lineCalled, hasAnswered } = town(true);
    expect(lineCalled({ calledNumber: '4101' } as CallRecord)).toEqual(line('4101'));
    expect(lineCalled({ calledNumber: '+33639980001' } as CallRecord)).toBeUndefined();
    const byColleague = { outcome: { is: 'answered', by: 'line 4102' }, calledNumber: '4101' } as CallRecord;
    expect(hasAnswered(line('4101'), byColleague)).toBe(true);
    expect(hasAnswered(line('4102'), { ...byColleague, calledNumber: '4103' } as CallRecord)).toBe(true);
    expect(hasAnswered(line('4101'), { ...byColleague, calledNumber: '4103' } as CallRecord)).toBe(false);
  });
});
