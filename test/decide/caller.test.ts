import { describe, expect, it } from 'vitest';
import { accountOf, identify } from '../../src/decide/caller.ts';
import { decide } from '../../src/decide/decide-call.ts';
import type { Claims, Source } from '../../src/domain/call.ts';
import type { LineId } from '../../src/domain/ids.ts';
import { buildConfig } from '../support/build-config.ts';
import { fromLine, incoming, quiet } from '../support/calls.ts';
import { beauvoir, beauvoirFiles } from '../support/town.ts';

const from = (address: string, port = 5060): Source => ({ address, port, transport: 'udp' });
const trunkCall = (source: Source, claims: Claims = { from: 'anonymous' }) =>
  identify(incoming({ dialled: '4101', source, claims }), beauvoir);

/** 4101 proves its password, and its phone calls itself 4103. */
const misnamed = (dialled: string) => fromLine('4101', dialled, { claims: { from: '4103', proved: '4101' as LineId } });

describe('a phone that calls itself by another name', () => {
  it.each(['15', '112', '0112', '+33112'])(
    'is a line that calls %s for help, whatever its phone calls itself',
    (dialled) => {
      const decision = decide(misnamed(dialled), beauvoir, () => quiet());
      expect(decision.treatment).toMatchObject({ do: 'ring' });
      expect(decision.caller).toMatchObject({ is: 'line', line: { id: '4101' } });
      expect(decision.because[0]?.says).toContain('does not matter for an emergency call');
    },
  );

  it('is refused with a reason of its own when its phone signs with another name, and stays in the record', () => {
    const decision = decide(misnamed('0639980123'), beauvoir, () => quiet());
    expect(decision).toMatchObject({
      caller: { is: 'line', line: { id: '4101' } },
      treatment: { do: 'refuse', why: 'false-name' },
      because: [{ says: 'line 4101 calls itself by a name that is not its own' }],
    });
  });
});

describe('who is calling', () => {
  it('is the line whose password was proved, whatever it says of itself otherwise', () => {
    const call = fromLine('4101', '4102', {
      claims: { from: '4101', proved: '4101' as LineId, asserted: '+33199004000', displayName: 'Le maire' },
    });
    expect(identify(call, beauvoir)).toMatchObject({ is: 'line', line: { id: '4101', name: 'Awa Diallo' } });
  });

  it('is nobody when a phone signs with a name that is not its own', () => {
    expect(
      identify(fromLine('4101', '4102', { claims: { from: '4103', proved: '4101' as LineId } }), beauvoir),
    ).toBeUndefined();
    expect(
      identify(fromLine('4101', '4102', { claims: { from: '', proved: '4101' as LineId } }), beauvoir),
    ).toBeUndefined();
  });

  it.each(['dina.morel', '4106', '+33199004106', '0199004106', '33199004106', '0033199004106', 'anonymous'])(
    'lets a phone sign as %s: account, extension, number in any form or anonymous',
    (name) => {
      const call = incoming({ dialled: '4101', claims: { from: name, proved: 'dina.morel' as LineId } });
      expect(identify(call, beauvoir)).toMatchObject({ is: 'line', line: { id: 'dina.morel' } });
    },
  );

  it('is nobody when the proved account has left the configuration, even at a trunk’s address', () => {
    const call = incoming({
      dialled: '4101',
      source: from('10.20.0.5'),
      claims: { from: '9999', proved: '9999' as LineId },
    });
    expect(identify(call, beauvoir)).toBeUndefined();
  });

  it('is an operator by its network, on any port', () => {
    expect(trunkCall(from('192.0.2.14', 34_567))).toMatchObject({ is: 'outside', trunk: { id: 'operator' } });
    expect(trunkCall(from('192.0.2.16'))).toBeUndefined();
  });

  it('is the IPBX by address and, where one is configured, port', () => {
    expect(trunkCall(from('10.20.0.5'))).toMatchObject({ is: 'ipbx', trunk: { id: 'ipbx' }, site: { id: 'mairie' } });
    expect(trunkCall(from('10.20.0.5', 5080))).toBeUndefined();
    expect(trunkCall(from('10.20.0.6', 5080))).toMatchObject({ is: 'ipbx' });
  });

  it.each(['', '192.0.2', '192.0.2.1.1', '192.0.2.256', '192.0.2.1x', '::1', 'fe80::192.0.2.1', '::ffff:zz'])(
    'is nobody at "%s"',
    (address) => {
      expect(trunkCall(from(address))).toBeUndefined();
    },
  );

  it('knows an IPv4 address inside IPv6', () => {
    expect(trunkCall(from('::ffff:192.0.2.1'))).toMatchObject({ is: 'outside' });
  });

  it.each(['ws', 'wss'] as const)('is nobody when a page at a trunk’s address comes by %s', (transport) => {
    expect(trunkCall({ ...from('192.0.2.1'), transport: 'tcp' })).toMatchObject({ is: 'outside' });
    expect(trunkCall({ ...from('192.0.2.1'), transport })).toBeUndefined();
  });

  it('is the most specific source when networks overlap', () => {
    const { trunks } = beauvoirFiles;
    const config = buildConfig({
      ...beauvoirFiles,
      trunks: {
        ...trunks,
        operator: { ...trunks.operator, sources: ['0.0.0.0/0'] },
        backup: { ...trunks.backup, sources: ['10.0.0.0/8', '10.20.0.5'] },
        ipbx: { ...trunks.ipbx, sources: ['10.20.0.0/24', '10.20.0.5:5060'] },
      },
    });
    const trunkAt = (address: string, port: number) => {
      const caller = identify(incoming({ dialled: '4101', source: from(address, port) }), config);
      return caller?.is === 'line' ? undefined : caller?.trunk.id;
    };
    expect(trunkAt('10.20.0.5', 5060)).toBe('ipbx');
    expect(trunkAt('10.20.0.5', 5061)).toBe('backup');
    expect(trunkAt('10.20.0.9', 5060)).toBe('ipbx');
    expect(trunkAt('10.99.0.9', 5060)).toBe('backup');
    expect(trunkAt('203.0.113.1', 5060)).toBe('operator');
  });
});

describe('the caller’s number', () => {
  const numberOf = (source: Source, claims: Claims) => {
    const caller = trunkCall(source, claims);
    return caller === undefined || caller.is === 'line' ? undefined : caller.number;
  };

  it('is believed from the header the trunk is configured for', () => {
    const claims: Claims = { from: '+33612345678', asserted: '+33145678901' };
    expect(numberOf(from('192.0.2.1'), claims)).toEqual({ e164: '+33145678901' });
    expect(numberOf(from('198.51.100.5'), claims)).toEqual({ e164: '+33612345678' });
    expect(numberOf(from('192.0.2.1'), { from: '+33612345678' })).toEqual({ e164: '+33612345678' });
  });

  it('is read from From when the asserted identity is no number', () => {
    for (const asserted of ['', 'trunk-42', 'anonymous']) {
      expect(numberOf(from('192.0.2.1'), { from: '+33612345678', asserted })).toEqual({ e164: '+33612345678' });
    }
  });

  it('is kept when it is withheld from those who are called', () => {
    expect(numberOf(from('192.0.2.1'), { from: 'anonymous', asserted: '+33612345678' })).toEqual({
      e164: '+33612345678',
    });
  });

  it('is unknown when it cannot be read', () => {
    for (const text of ['anonymous', '', 'bob', '3900', '12', `+33${'1'.repeat(20)}`]) {
      expect(numberOf(from('192.0.2.1'), { from: text })).toBeUndefined();
    }
  });

  it('is an extension when it belongs to the IPBX, written short or in full', () => {
    expect(numberOf(from('10.20.0.5'), { from: '7012' })).toEqual({ extension: '7012' });
    expect(numberOf(from('10.20.0.5'), { from: '+33199007012' })).toEqual({ extension: '7012' });
    expect(numberOf(from('10.20.0.5'), { from: '0199007012' })).toEqual({ extension: '7012' });
    expect(numberOf(from('10.20.0.5'), { from: '+33612345678' })).toEqual({ e164: '+33612345678' });
  });

  it('is not believed when the IPBX names somebody else’s extension', () => {
    expect(numberOf(from('10.20.0.5'), { from: '4101' })).toBeUndefined();
  });
});

describe('on whose account', () => {
  it('a line dials with the rights of its class at its site', () => {
    const caller = identify(fromLine('4101', '4102'), beauvoir);
    const account = caller && accountOf(caller);
    expect(account).toMatchObject({ site: { id: 'mairie' }, rightsFrom: 'class standard of mairie', line: '4101' });
    expect([...(account?.mayReach ?? [])]).toEqual(['internal', 'local', 'national', 'mobile']);
  });

  it('an IPBX dials with the rights of its trunk', () => {
    const caller = trunkCall(from('10.20.0.5'));
    const account = caller && accountOf(caller);
    expect(account).toMatchObject({ trunk: 'ipbx', rightsFrom: 'trunk ipbx' });
    expect(account?.mayReach.has('international')).toBe(false);
  });

  it('a call from outside has none', () => {
    const caller = trunkCall(from('192.0.2.1'));
    expect(caller && accountOf(caller)).toBeUndefined();
  });
});
