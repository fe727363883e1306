import type { Config } from '../../src/domain/config.ts';
import { buildConfig, type TownFiles } from './build-config.ts';

/**
 * Beauvoir, a small town with one of everything: sites with and without an outside prefix, two schools whose 3-digit numbers
 * overlap, an IPBX block, two operators who want numbers written differently, services. Its numbers are Arcep's fiction numbers.
 */
export const beauvoirFiles = {
  exchange: {
    name: 'Ville de Beauvoir',
    realm: 'telephonie.beauvoir.example',
    extensions: { digits: 4, didPrefix: '+3319900' },
    dialPlans: {
      town: [
        { match: '4xxx', to: 'extension' },
        { match: '7xxx', to: 'extension', note: 'the IPBX' },
        { match: '0.', to: 'outside', strip: 1 },
        { match: '*.', to: 'feature' },
      ],
    },
    rights: {
      emergency: [],
      internal: ['internal'],
      standard: ['internal', 'local', 'national', 'mobile'],
      all: ['internal', 'local', 'national', 'mobile', 'international', 'premium'],
    },
    callsAtMost: 400,
  },
  sites: {
    mairie: {
      name: 'Mairie',
      kind: 'town-hall',
      timeZone: 'Europe/Paris',
      address: { street: '1 place de la République', postcode: '94999', commune: 'Beauvoir', insee: '94999' },
      mainNumber: '+33199004000',
      emergency: { number: '+33199004000' },
      outsideLine: {
        prefix: '0',
        trunks: ['operator', 'backup'],
        international: ['backup'],
        localArea: ['+33353'],
      },
      dialPlan: { use: 'town', rules: [{ match: '9', to: 'extension', strip: 1, prepend: '4000', note: 'reception' }] },
      rights: { default: 'standard' },
      lines: [
        { extension: '4000', did: '+33199004000', name: 'Accueil', rights: 'all', shown: 'site' },
        { extension: '4101', did: '+33199004101', name: 'Awa Diallo' },
        { extension: '4102', name: 'Bruno Petit' },
        { extension: '4103', did: '+33199004103', name: 'Cabinet du maire', rights: 'all', shown: '+33199004900' },
        { extension: '4104', name: 'Ascenseur nord', kind: 'lift', rights: 'emergency' },
        { extension: '4105', name: 'Salle des archives', rights: 'internal' },
        { id: 'dina.morel', extension: '4106', did: '+33199004106', name: 'Dina Morel', kind: 'softphone' },
      ],
    },
    ecole: {
      name: 'École Jean-Moulin',
      kind: 'school',
      timeZone: 'Europe/Paris',
      address: { street: '12 rue des Écoles', postcode: '94999', commune: 'Beauvoir', insee: '94999' },
      mainNumber: '+33199004200',
      shownNumber: 'site',
      emergency: { number: '+33199004200', trunks: ['backup'] },
      outsideLine: { prefix: '0', trunks: ['operator'] },
      shortNumbers: { digits: 3 },
      dialPlan: {
        use: 'town',
        rules: [
          { match: '1xx', to: 'short-number' },
          { match: '08[129].', to: 'refuse', note: 'the school keeps this one with a star' },
        ],
      },
      rights: { default: 'local', classes: { local: ['internal', 'local', 'national'] } },
      callsAtMost: 4,
      lines: [
        { extension: '4200', did: '+33199004200', name: 'Direction', short: '100' },
        { extension: '4201', name: 'Salle des maîtres', short: '101' },
      ],
    },
    creche: {
      name: 'Crèche Les Coquelicots',
      kind: 'creche',
      timeZone: 'Europe/Paris',
      address: { street: '3 allée des Lilas', postcode: '94999', commune: 'Beauvoir', insee: '94999' },
      mainNumber: '+33199004300',
      emergency: { number: '+33199004300' },
      outsideLine: { prefix: '0', trunks: ['operator'] },
      shortNumbers: { digits: 3 },
      dialPlan: { use: 'town', rules: [{ match: '1xx', to: 'short-number' }] },
      rights: { default: 'standard' },
      lines: [
        { extension: '4300', did: '+33199004300', name: 'Bureau', short: '100' },
        { extension: '4301', name: 'Cuisine', short: '102' },
      ],
    },
    depot: {
      name: 'Dépôt technique',
      kind: 'depot',
      timeZone: 'Europe/Paris',
      address: { street: 'route du Canal', postcode: '14998', commune: 'Beauvoir-sur-Mer', insee: '14998' },
      mainNumber: '+33199004400',
      emergency: { number: '+33199004401' },
      outsideLine: { prefix: '', trunks: ['backup', 'operator'] },
      dialPlan: {
        rules: [
          { match: '4xxx', to: 'extension' },
          { match: '7xxx', to: 'extension' },
          { match: '0.', to: 'outside' },
          { match: '3xxx', to: 'outside' },
          { match: '10xx', to: 'outside' },
          { match: '11[68]xxx', to: 'outside' },
        ],
      },
      rights: { default: 'all' },
      lines: [
        { extension: '4400', did: '+33199004400', name: 'Chef de dépôt' },
        { extension: '4401', did: '+33199004401', name: 'Atelier', rights: 'standard' },
      ],
    },
  },
  trunks: {
    operator: {
      name: 'Opérateur',
      role: 'operator',
      targets: [
        { host: '192.0.2.10', priority: 10 },
        { host: '192.0.2.11', priority: 20 },
      ],
      sources: ['192.0.2.0/28'],
      channels: 30,
    },
    backup: {
      name: 'Opérateur de secours',
      role: 'operator',
      targets: [{ host: '198.51.100.5', transport: 'tcp' }],
      sources: ['198.51.100.5'],
      numbers: { sent: 'national', received: 'national' },
      callerNumber: 'from',
      mayShow: [{ from: '+33199004000', to: '+33199004499' }],
      otherwiseShow: '+33199004000',
      diversion: 'none',
      channels: 8,
      ringSeconds: 90,
    },
    ipbx: {
      name: 'IPBX',
      role: 'ipbx',
      ipbx: {
        site: 'mairie',
        blocks: [{ from: '7000', to: '7499' }],
        rights: ['internal', 'local', 'national', 'mobile'],
      },
      targets: [{ host: '10.20.0.5' }],
      sources: ['10.20.0.5:5060', '10.20.0.6'],
      numbers: { sent: 'extension', received: 'extension' },
      channels: 60,
    },
  },
  services: {
    'portage-repas': {
      name: 'Portage de repas',
      site: 'mairie',
      numbers: ['+33199004900'],
      extension: '4900',
      members: ['4101', '4102', '7010'],
      overflow: [{ to: 'goodbye' }],
    },
    standard: {
      name: 'Standard',
      site: 'mairie',
      numbers: ['+33199004999', '+33261910100'],
      members: ['4000'],
      overflow: [{ to: 'goodbye' }],
    },
  },
} satisfies TownFiles;

export const beauvoir: Config = buildConfig(beauvoirFiles);
