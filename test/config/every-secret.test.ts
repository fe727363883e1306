import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { missingSecrets } from '../../src/config/every-secret.ts';
import { hasProblems, type LoadedTown, loadConfig } from '../../src/config/load.ts';
import { openSecrets, peekAtSecrets } from '../../src/config/secrets.ts';
import { changeTown } from './change-town.ts';
import { freshFolder } from './town-folder.ts';

let folder = freshFolder();
beforeEach(() => {
  folder = freshFolder();
});
afterEach(() => folder.remove());

function town(change: string): LoadedTown {
  const path = join(folder.path, 'town');
  changeTown('test/golden/base-town', change, path);
  const loaded = loadConfig(path);
  if (hasProblems(loaded)) throw new Error(loaded.problems.map(({ says }) => says).join('; '));
  return loaded;
}

const letters = `@ exchange.yaml
+mail:
+  host: mail.example
+  from: telephonie@mail.example
+  user: beffroi
+  password: { env: MAIL_PASSWORD }
+  links: { baseUrl: "https://telephonie.example", secret: { file: links } }
`;

describe('the secrets that a configuration names', () => {
  it('are missed wherever they are needed, at the mail server too', () => {
    const missing = missingSecrets(town(letters), openSecrets(join(folder.path, 'data'), {}));
    expect(missing.map(({ whose, config }) => [whose, config])).toEqual([
      ['the mail server', 'mail.password'],
      ['links in letters', 'mail.links.secret'],
      ['line 4003', 'sites/mairie.csv:5'],
    ]);
  });

  it('are not missed when they are there', () => {
    const data = join(folder.path, 'data');
    mkdirSync(join(data, 'secrets'), { recursive: true, mode: 0o700 });
    writeFileSync(join(data, 'secrets/links'), 'sesame', { mode: 0o600 });
    const environment = { MAIL_PASSWORD: 'post', LIFT_PASSWORD: 'up-and-down' };
    expect(missingSecrets(town(letters), peekAtSecrets(data, environment))).toEqual([]);
    expect(missingSecrets(town(letters), openSecrets(data, environment))).toEqual([]);
  });
});
