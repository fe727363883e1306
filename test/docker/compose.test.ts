import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { metricTable } from '../../src/telemetry/metric-table.ts';

const read = (name: string) => readFileSync(join('docker', name), 'utf8');
const composeFiles = ['compose.embedded.yaml', 'compose.full.yaml'];

interface Service {
  readonly image: string;
  readonly build?: { readonly context: string; readonly dockerfile: string };
  readonly volumes?: readonly string[];
  readonly ports?: readonly string[];
  readonly network_mode?: string;
  readonly networks?: { readonly media?: { readonly ipv4_address: string } };
}

function servicesOf(file: string): readonly (readonly [string, Service])[] {
  return Object.entries(parse(read(file), { merge: true }).services as Record<string, Service>);
}

describe.each(composeFiles)('%s', (file) => {
  it('pins every image that it does not build', () => {
    for (const [name, { image, build }] of servicesOf(file)) {
      if (build === undefined) expect(image, name).toMatch(/^[\w/.-]+:v?\d+\.\d+\.\d+$/);
    }
  });

  it('mounts files that are there', () => {
    for (const [, { volumes = [] }] of servicesOf(file)) {
      const paths = volumes.map((volume) => volume.split(':')[0] ?? '').filter((path) => path.startsWith('.'));
      for (const path of paths) expect(existsSync(join('docker', path)), path).toBe(true);
    }
  });

  it('names the volumes it uses', () => {
    const named = Object.keys(parse(read(file)).volumes);
    const used = servicesOf(file).flatMap(([, { volumes = [] }]) =>
      volumes.map((volume) => volume.split(':')[0] ?? '').filter((name) => /^[a-z]+$/.test(name)),
    );
    expect(named.sort()).toEqual([...new Set(used)].sort());
  });

  it('is read by docker-compose 1.29 too, and keeps its data whatever the project is called', () => {
    const { name, volumes } = parse(read(file)) as { name?: string; volumes: Record<string, { name?: string } | null> };
    expect(name).toBeUndefined();
    for (const [volume, options] of Object.entries(volumes)) expect(options?.name, volume).toMatch(/^beffroi/);
  });

  it('publishes nothing but media beyond loopback', () => {
    for (const [, { ports = [] }] of servicesOf(file)) {
      for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:|^30000-30199:30000-30199\/udp$/);
    }
  });
});

describe('the FreeSWITCH of compose.full.yaml', () => {
  const { beffroi, freeswitch } = Object.fromEntries(servicesOf('compose.full.yaml'));

  it('finds what is played and recorded where Beffroi finds it, and writes recordings only', () => {
    const shared = (freeswitch?.volumes ?? []).filter((volume) => !volume.startsWith('../src/prompts:'));
    const names = shared.map((volume) => volume.replace(/:ro$/, ''));
    const ours = (beffroi?.volumes ?? []).map((volume) => volume.replace(/:ro$/, ''));
    expect(ours).toEqual(expect.arrayContaining(names));
    expect(freeswitch?.volumes).toContain('../src/prompts:/app/dist/prompts:ro');
    const written = freeswitch?.volumes?.filter((volume) => !volume.endsWith(':ro'));
    expect(written).toEqual(['recordings:/var/lib/beffroi/recordings']);
  });

  it('is reached from this machine only, at the address that the head of the file names', () => {
    expect(freeswitch?.network_mode).toBeUndefined();
    expect(freeswitch?.ports).toEqual(['30000-30199:30000-30199/udp']);
    const address = freeswitch?.networks?.media?.ipv4_address;
    expect(read('compose.full.yaml')).toContain(`is: freeswitch, address: "${address}:8021"`);
  });
});

describe('the image', () => {
  it('does not run as root, and says whether it is healthy', () => {
    const stages = read('Dockerfile').split(/^FROM /m);
    const last = stages.at(-1) ?? '';
    expect(last).toMatch(/^USER node$/m);
    expect(last).toMatch(/^HEALTHCHECK .*healthy\.mjs/m);
    expect(last.indexOf('USER node')).toBeLessThan(last.indexOf('ENTRYPOINT'));
  });

  it('is made from one pinned Node 24', () => {
    const bases = [...read('Dockerfile').matchAll(/^FROM (\S+)/gm)].map(([, image]) => image);
    expect(new Set(bases).size).toBe(1);
    expect(bases[0]).toMatch(/^node:24\.\d+\.\d+-bookworm-slim$/);
  });

  it('copies what the build context lets in', () => {
    const allowed = read('Dockerfile.dockerignore')
      .split('\n')
      .filter((line) => line.startsWith('!'))
      .map((line) => line.slice(1));
    const copied = [...read('Dockerfile').matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(
      ([, paths]) => paths?.split(' ') ?? [],
    );
    for (const path of copied) {
      expect(existsSync(path), path).toBe(true);
      expect(allowed, path).toContain(path);
    }
  });
});

describe('what watches the exchange', () => {
  const known = new Set(Object.keys(metricTable));
  const used = (text: string) =>
    [...text.matchAll(/beffroi_\w+/g)].map(([name]) => name.replace(/_(bucket|sum|count)$/, ''));

  it('asks for metrics that there are, in alerts and on dashboards', () => {
    const folder = 'full/grafana/dashboards';
    const texts = [
      read('full/alerts.yml'),
      ...readdirSync(join('docker', folder)).map((name) => read(`${folder}/${name}`)),
    ];
    for (const text of texts) {
      const names = used(text);
      expect(names.length).toBeGreaterThan(5);
      for (const name of names) expect(known, name).toContain(name);
    }
  });

  it('shows dashboards from where compose puts them, over the source it provisions', () => {
    const board = JSON.parse(read('full/grafana/dashboards/beffroi.json'));
    const source = parse(read('full/grafana/provisioning/datasources/prometheus.yaml')).datasources[0];
    for (const panel of board.panels) expect(panel.datasource.uid).toBe(source.uid);
    const provider = parse(read('full/grafana/provisioning/dashboards/beffroi.yaml')).providers[0];
    expect(read('compose.full.yaml')).toContain(`./full/grafana/dashboards:${provider.options.path}:ro`);
    expect(dirname(provider.options.path)).toBe('/var/lib/grafana');
  });
});
