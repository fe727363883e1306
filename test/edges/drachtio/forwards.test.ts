import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { LineId } from '../../../src/domain/ids.ts';
import { type LiveExchange, startExchange } from '../../support/live-exchange.ts';
import { liveTown, type Played } from '../../support/live-town.ts';
import { until } from '../../support/net.ts';
import { type Dialog, type Phone, sdp } from '../../support/phone.ts';

let town: LiveExchange;
let operator: Phone;

beforeAll(async () => {
  town = await startExchange(() => liveTown());
  const line = '4101' as LineId;
  await town.exchange.wishes.change(line, { set: 'forward', when: 'always', to: '00639980777' });
});

beforeEach(async () => {
  operator = await town.phone({ user: 'operator' });
});

afterAll(async () => {
  await town.stop();
  expect(town.trouble).toEqual([]);
});

const citizen = { 'P-Asserted-Identity': '<sip:+33639980001@operator.example>' };

/** A citizen calls the line, with headers of the network's. */
function citizenCalls(more: Record<string, string> = {}, played: Partial<Played> = {}): Promise<Dialog> {
  town.swap(liveTown({ operator: { peers: [operator.address], ...played } }));
  return operator.call('+33199004101', { ...citizen, ...more });
}

const shown = (out: Dialog): string | undefined => /sip:([^@]+)@/.exec(out.received?.get('From') ?? '')?.[1];

describe('a call that a line forwards to a mobile', () => {
  it('shows the caller, and tells who forwarded by Diversion and History-Info (RFC 5806, RFC 7044)', async () => {
    const call = await citizenCalls();
    const out = await operator.answering();
    expect(shown(out)).toBe('+33639980001');
    expect(out.received?.get('Diversion')).toMatch(
      /^<sip:\+33199004101@\S+>;reason=unconditional;counter=1;privacy=off$/,
    );
    expect(out.received?.get('History-Info')).toMatch(
      /^<sip:\+33199004101@[^>]+>;index=1, <sip:\+33639980777@[^>]+;cause=302>;index=1\.1;mp=1$/,
    );
    out.reply(200, {}, sdp(42_000));
    await call.response(200);
    call.ack();
    await out.request('ACK');
    await call.bye();
    await out.hungUp();
    expect(await town.record()).toMatchObject({ outcome: { is: 'answered' } });
  });

  it('keeps the history that the network told us by History-Info alone, ours on top (RFC 7044 §9)', async () => {
    const history = '<sip:+33199000001@op.example>;index=1, <sip:+33199004101@town.example;cause=486>;index=1.1;mp=1';
    const call = await citizenCalls({ 'History-Info': history });
    const out = await operator.answering();
    const told = out.received?.get('Diversion')?.split(', ') ?? [];
    expect(told.map((one) => /sip:([^@]+)@.*reason=([a-z-]+)/.exec(one)?.slice(1))).toEqual([
      ['+33199004101', 'unconditional'],
      ['+33199000001', 'user-busy'],
    ]);
    expect(out.received?.get('History-Info')?.match(/index=[\d.]+/g)).toEqual(['index=1', 'index=1.1', 'index=1.1.1']);
    out.reply(486);
    await call.response(486);
    await town.record();
  });

  it('is refused when it was passed on too often already, whichever header tells (RFC 7044)', async () => {
    const entries = Array.from({ length: 8 }, (_, at) => {
      return `<sip:+3319900000${at}@op.example${at === 0 ? '' : ';cause=302'}>;index=1${'.1'.repeat(at)}`;
    });
    const call = await citizenCalls({ 'History-Info': entries.join(', ') });
    const answer = await call.response((status) => status >= 300);
    expect(answer.status).toBe(482);
    expect(operator.has(({ method }) => method === 'INVITE')).toBe(false);
    expect(await town.record()).toMatchObject({ outcome: { is: 'refused', why: 'loop' } });
  });
});

describe('a number that the network refuses to show', () => {
  it.each([403, 604, 608])('is replaced, once, by that of the line that forwards (%i)', async (status) => {
    const call = await citizenCalls();
    const first = await operator.answering();
    expect(shown(first)).toBe('+33639980001');
    first.reply(status);
    const second = await operator.answering();
    expect(shown(second)).toBe('+33199004101');
    expect(second.received?.get('P-Asserted-Identity')).toContain('+33199004101');
    expect(second.received?.get('Diversion')).toContain('+33199004101');
    second.reply(status);
    expect((await call.response((final) => final >= 300)).status).toBeGreaterThanOrEqual(400);
    const { legs } = await town.record();
    expect(legs.map(({ sip }) => sip)).toEqual([status, status]);
    expect(operator.has(({ method, get }) => method === 'INVITE' && get('To')?.includes('777') === true)).toBe(false);
  });

  it('is not replaced where the policy is to show the caller, nor tried where it is to show the line', async () => {
    const call = await citizenCalls({}, { forwardsShow: 'original' });
    (await operator.answering()).reply(403);
    await call.response((status) => status >= 300);
    expect((await town.record()).legs).toHaveLength(1);
    const other = await citizenCalls({}, { forwardsShow: 'line' });
    const out = await operator.answering();
    expect(shown(out)).toBe('+33199004101');
    out.reply(486);
    await other.response(486);
    expect((await town.record()).legs).toHaveLength(1);
  });

  it('is not tried again when the mobile is only busy', async () => {
    const call = await citizenCalls();
    (await operator.answering()).reply(486);
    await call.response(486);
    expect((await town.record()).legs).toHaveLength(1);
    await until('nothing is left', () => town.exchange.seats.calls === 0);
  });
});
