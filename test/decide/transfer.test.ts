import { describe, expect, it } from 'vitest';
import { accountOf } from '../../src/decide/caller.ts';
import { treatmentLabel } from '../../src/decide/summary.ts';
import { calleeAsCaller, decideTransfer, mayTransfer } from '../../src/decide/transfer.ts';
import type { Caller, Target } from '../../src/domain/call.ts';
import type { Config } from '../../src/domain/config.ts';
import type { LineId, TrunkId } from '../../src/domain/ids.ts';
import { fromLine, incoming, quiet } from '../support/calls.ts';
import { beauvoir } from '../support/town.ts';

const line = (id: string): Caller => {
  const found = beauvoir.lines.get(id as LineId);
  const site = found && beauvoir.sites.get(found.site);
  if (found === undefined || site === undefined) throw new Error(`no line ${id}`);
  return { is: 'line', line: found, site };
};
const trunk = (id: string) => {
  const found = beauvoir.trunks.get(id as TrunkId);
  if (found === undefined) throw new Error(`no trunk ${id}`);
  return found;
};
const citizen: Caller = { is: 'outside', trunk: trunk('operator'), number: { e164: '+33639980001' as never } };
const citizensCall = incoming({
  dialled: '+33199004101',
  source: { address: '192.0.2.1', port: 5060, transport: 'udp' },
  claims: { from: '+33639980001', asserted: '+33639980001' },
});

const decided = (transferor: Caller, transferee: Caller, to: string, call = citizensCall, config: Config = beauvoir) =>
  decideTransfer({ transferor, transferee, to, isCaller: true }, call, config, () => quiet());

describe('a transfer', () => {
  it('rings whom the transferor dialled, and shows who is transferred', () => {
    const { treatment, account, call } = decided(line('4101'), citizen, '4102');
    expect(treatment).toMatchObject({ do: 'ring', targets: [{ line: '4102', shows: { number: '0639980001' } }] });
    expect(account?.line).toBe('4101');
    expect(call.dialled).toBe('4102');
  });

  it('leads outside with the rights of the transferor, and not beyond them', () => {
    const mobile = '00639980777';
    expect(treatmentLabel(decided(line('4103'), citizen, mobile).treatment)).toMatch(/^ring in turn operator/);
    const barred = line('4101');
    const reaches = accountOf(barred)?.mayReach.has('international');
    expect(reaches).toBe(false);
    expect(decided(barred, citizen, '00012125550123').treatment).toEqual({ do: 'refuse', why: 'barred' });
  });

  it('is never for somebody from outside to ask for, nor for those the town does not let', () => {
    expect(decided(citizen, line('4101'), '4102').treatment).toEqual({ do: 'refuse', why: 'barred' });
    const transfers = { ...beauvoir.exchange.transfers, lines: false };
    const strict: Config = { ...beauvoir, exchange: { ...beauvoir.exchange, transfers } };
    expect(mayTransfer(line('4101'), strict)).toBe(false);
    expect(decided(line('4101'), citizen, '4102', citizensCall, strict).treatment).toMatchObject({ why: 'barred' });
  });

  it('does not carry star codes out, which change the wishes of whoever dials them', () => {
    for (const code of ['*21*4103#', '*25', '888', '*8'])
      expect(decided(line('4101'), citizen, code).treatment.do, code).toBe('refuse');
  });

  it('takes the history and the privacy of the first caller along, and nothing of theirs for the other', () => {
    const withheld = { ...fromLine('4101', '4102'), withheld: true };
    const wish = { transferor: line('4101'), transferee: line('4102'), to: '4103' };
    const ofCallee = decideTransfer({ ...wish, isCaller: false }, withheld, beauvoir, () => quiet());
    expect(ofCallee.treatment).toMatchObject({ targets: [{ shows: { number: '4102', withheld: false } }] });
    const ofCaller = decideTransfer(
      { transferor: line('4102'), transferee: line('4101'), to: '4103', isCaller: true },
      withheld,
      beauvoir,
      () => quiet(),
    );
    expect(ofCaller.treatment).toMatchObject({ targets: [{ shows: { withheld: true } }] });
  });
});

describe('who has answered', () => {
  const target = (id: string, called: string): Target => ({
    is: 'trunk',
    trunk: id as TrunkId,
    target: 0,
    leaving: { called, shows: { withheld: false }, diversions: [] },
    emergency: false,
  });

  it('is a line, a number outside, or an extension of the IPBX', () => {
    const asLine: Target = { is: 'line', line: '4101' as LineId, shows: { withheld: false } };
    expect(calleeAsCaller(asLine, beauvoir)).toMatchObject({ is: 'line', line: { id: '4101' } });
    expect(calleeAsCaller(target('operator', '+33639980001'), beauvoir)).toMatchObject({
      is: 'outside',
      number: { e164: '+33639980001' },
    });
    expect(calleeAsCaller(target('ipbx', '7010'), beauvoir)).toMatchObject({
      is: 'ipbx',
      number: { extension: '7010' },
    });
    expect(calleeAsCaller(target('nowhere', '1'), beauvoir)).toBeUndefined();
  });
});
