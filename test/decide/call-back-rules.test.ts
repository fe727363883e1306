import { describe, expect, it } from 'vitest';
import { callBackRules } from '../../src/decide/call-back-rules.ts';
import type { ServiceId } from '../../src/domain/ids.ts';
import type { CallRecord } from '../../src/domain/outcome.ts';
import { buildConfig } from '../support/build-config.ts';
import { MONDAY_MORNING } from '../support/calls.ts';
import { beauvoirFiles } from '../support/town.ts';

const accueil = 'accueil' as ServiceId;
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
    const inOffice = rules({ ...hours, callBack: { withinMinutes: 120 } }).of('accueil');
    expect(inOffice?.dueAt(MONDAY_MORNING)).toBe(MONDAY_MORNING + 2 * hour);
    // At seven in the evening: two hours of the next morning, from half past eight on.
    expect(inOffice?.dueAt(MONDAY_MORNING + 10 * hour)).toBe(MONDAY_MORNING + 25.5 * hour);
  });

  it('is due by the clock where there are no hours', () => {
    expect(
      rules()
        .of('accueil')
        ?.dueAt(MONDAY_MORNING + 10 * hour),
    ).toBe(MONDAY_MORNING + 12 * hour);
  });

  it('is owed by the service that the block names, and by nobody for what is no service', () => {
    expect(rules({ callBack: { owner: 'relais' } }).of('accueil')?.owner).toBe('relais');
    expect(rules().of('4101')).toBeUndefined();
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
    expect(rules().hasAnswered(accueil, record)).toBe(is);
  });
});
