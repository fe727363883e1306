import { describe, expect, it } from 'vitest';
import type { ServiceId } from '../../src/domain/ids.ts';
import type { ServiceSwitch } from '../../src/domain/service-switch.ts';
import { openMemoryStore } from '../../src/edges/stores/memory/open.ts';
import { StoreOptions } from '../../src/edges/stores/options.ts';
import { createServiceModes } from '../../src/wiring/service-modes.ts';
import { buildConfig } from '../support/build-config.ts';
import { beauvoirFiles } from '../support/town.ts';

const id = (text: string) => text as ServiceId;
const { services } = beauvoirFiles;
const standard = { ...services.standard, crisis: { say: 'hotline.crisis', to: 'goodbye' } };
const config = buildConfig({ ...beauvoirFiles, services: { ...services, standard } });

function modesWith(notes = openMemoryStore(StoreOptions.parse({ kind: 'memory' }), () => 0).notes) {
  const told: (readonly [ServiceSwitch, boolean])[] = [];
  const switched = (change: ServiceSwitch, stored: boolean) => void told.push([change, stored]);
  return { notes, told, modes: createServiceModes({ config: () => config, now: () => 1_000, notes, switched }) };
}

describe('the mode of a service', () => {
  it('is normal until somebody switches it, and known at once', async () => {
    const { modes, told } = modesWith();
    expect(modes.of(id('standard'))).toBe('normal');
    await modes.switch('standard', 'crisis', 'the API');
    expect(modes.of(id('standard'))).toBe('crisis');
    expect(told).toEqual([[{ service: 'standard', mode: 'crisis', at: 1_000, by: 'the API' }, true]]);
  });

  it('outlives a restart', async () => {
    const { modes, notes } = modesWith();
    await modes.switch('standard', 'closed', 'the API');
    const next = modesWith(notes).modes;
    await next.load();
    expect(next.of(id('standard'))).toBe('closed');
    expect(next.last(id('standard'))).toMatchObject({ by: 'the API', at: 1_000 });
  });

  it('cannot be a crisis that nobody has planned, nor that of a service that is not there', async () => {
    const { modes } = modesWith();
    expect(await modes.switch('portage-repas', 'crisis', 'the API')).toContain('has no crisis:');
    expect(await modes.switch('nobody', 'closed', 'the API')).toBe('there is no service nobody');
    expect(modes.of(id('portage-repas'))).toBe('normal');
  });

  it('is in force though the store cannot write, and that is told', async () => {
    const { notes } = modesWith();
    const broken = { ...notes, put: () => Promise.reject(new Error('disk full')) };
    const { modes, told } = modesWith(broken);
    await modes.switch('standard', 'crisis', 'the API');
    expect(modes.of(id('standard'))).toBe('crisis');
    expect(told[0]?.[1]).toBe(false);
  });

  it('that a store tells in nonsense is passed over', async () => {
    const { notes, modes } = modesWith();
    await notes.put('service-mode', 'standard', { mode: 'panic', at: 'now' });
    await modes.load();
    expect(modes.of(id('standard'))).toBe('normal');
  });
});
