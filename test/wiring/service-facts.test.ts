import { describe, expect, it } from 'vitest';
import { createSeats } from '../../src/call/seats.ts';
import type { Destination } from '../../src/domain/call.ts';
import type { ServiceId, SiteId } from '../../src/domain/ids.ts';
import { createServiceFacts } from '../../src/wiring/service-facts.ts';
import { beauvoir } from '../support/town.ts';

const now = () => 1_000;
const opened = () =>
  createServiceFacts({
    now,
    seats: createSeats(now),
    modes: { of: () => 'normal' },
    away: () => 'in',
    isDown: () => false,
  });
const id = 'standard' as ServiceId;
const [service, site] = [beauvoir.services.get(id), beauvoir.sites.get('mairie' as SiteId)];
if (service === undefined || site === undefined) throw new Error('Beauvoir has changed');

describe('whose members ring by turns', () => {
  it('begins with the next one at each call, and not because somebody has asked what would happen', () => {
    const { sources, asked } = opened();
    expect([sources.turn(id), sources.turn(id)]).toEqual([0, 0]);
    asked({ is: 'service', service, site }, beauvoir);
    expect([sources.turn(id), sources.turn(id)]).toEqual([1, 1]);
    expect(sources.turn('portage-repas' as ServiceId)).toBe(0);
  });
});

describe('a call for help', () => {
  it('is remembered with the number that was shown, since help may call back', () => {
    const { sources, asked } = opened();
    const help: Destination = { is: 'emergency', number: '112', site, via: [] };
    asked(help, beauvoir);
    expect(sources.helpCalled(site.emergency.number)).toBe(1_000);
  });
});
