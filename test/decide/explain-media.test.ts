import { describe, expect, it } from 'vitest';
import { explainCall } from '../../src/decide/explain.ts';
import { explanationText } from '../../src/decide/explain-text.ts';
import { buildConfig, type TownFiles } from '../support/build-config.ts';
import { MONDAY_MORNING } from '../support/calls.ts';
import { beauvoirFiles } from '../support/town.ts';

const { sites, trunks } = beauvoirFiles;

function sound(from: string, to: string, files: Partial<TownFiles>) {
  const explained = explainCall({ from, to, at: MONDAY_MORNING }, buildConfig({ ...beauvoirFiles, ...files }));
  return { says: explained.sound, text: explanationText(explained) };
}

const mairie = (change: object): Partial<TownFiles> => ({
  sites: { ...sites, mairie: { ...sites.mairie, ...change } } as TownFiles['sites'],
});

describe('explain says how the sound runs', () => {
  it('by need, to all targets that are alike, in one line', () => {
    const { says, text } = sound('4101', '00261910050', {});
    expect(says).toMatchObject([{ targets: ['operator[0]', 'operator[1]', 'backup[0]'], runs: 'by need' }]);
    expect(text).toMatch(/^Sound\n {2}operator\[0\], operator\[1\], backup\[0\]: straight between the two; over/m);
  });

  it('anchored, and by which line of the configuration', () => {
    const set = { trunks: { ...trunks, operator: { ...trunks['operator'], media: 'anchored' } } } as Partial<TownFiles>;
    const { says, text } = sound('4101', '00261910050', set);
    expect(says[0]).toMatchObject({ runs: 'anchored', config: 'trunks.operator.media' });
    expect(text).toContain('over the media server, or straight while none is there  (trunks.operator.media)');
    expect(says[1]).toMatchObject({ targets: ['backup[0]'], runs: 'by need' });
  });

  it('direct, and where that cannot be', () => {
    const [says] = sound('4101', '4102', mairie({ media: 'direct' })).says;
    expect(says).toMatchObject({ runs: 'direct', config: 'sites.mairie.media' });
    expect(says?.says).toContain('over the media server all the same where only one of them encrypts');
  });

  it('over the media server where one wants it encrypted and the other cannot', () => {
    const secured = mairie({ srtp: true });
    expect(sound('4101', '00261910050', secured).says[0]?.says).toContain('takes off what the phone encrypts');
    expect(sound('+33639980001', '+33199004101', secured).says[0]?.says).toContain('which encrypts it (srtp)');
    expect(sound('4101', '4102', secured).says[0]?.runs).toBe('by need');
  });
});
