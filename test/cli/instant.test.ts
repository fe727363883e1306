import { describe, expect, it } from 'vitest';
import { instant } from '../../src/cli/instant.ts';
import { timeText } from '../../src/cli/time-text.ts';

const noon = Date.parse('2026-11-24T12:00:00+01:00');
const read = (text: string, zone = 'Europe/Paris', now = noon): string =>
  new Date(instant(text, 'at', now, zone)).toISOString();

describe('a time on the command line', () => {
  it.each([
    ['2026-11-24T14:30', '2026-11-24T13:30:00.000Z'],
    ['2026-07-14 09:00:05', '2026-07-14T07:00:05.000Z'],
    ['2026-11-24', '2026-11-23T23:00:00.000Z'],
    ['8:05', '2026-11-24T07:05:00.000Z'],
    ['2h', '2026-11-24T09:00:00.000Z'],
  ])('is read by the clock of the town: %s', (text, at) => {
    expect(read(text)).toBe(at);
  });

  it.each([
    ['2026-11-24T14:30Z', '2026-11-24T14:30:00.000Z'],
    ['2026-11-24T14:30+11:00', '2026-11-24T03:30:00.000Z'],
  ])('keeps a zone of its own: %s', (text, at) => {
    expect(read(text)).toBe(at);
  });

  it('is today where the town is, not where the machine is', () => {
    const lateInParis = Date.parse('2026-11-24T23:30:00Z');
    expect(read('00:15', 'Europe/Paris', lateInParis)).toBe('2026-11-24T23:15:00.000Z');
    expect(read('08:00', 'Pacific/Noumea', lateInParis)).toBe('2026-11-24T21:00:00.000Z');
  });

  it('is the second of two on the night an hour comes twice, and the next hour when one is left out', () => {
    expect(read('2026-10-25T02:30')).toBe('2026-10-25T01:30:00.000Z');
    expect(read('2026-10-25T01:59')).toBe('2026-10-24T23:59:00.000Z');
    expect(read('2026-10-25T03:00')).toBe('2026-10-25T02:00:00.000Z');
    expect(read('2026-03-29T02:30')).toBe('2026-03-29T01:30:00.000Z');
  });

  it.each(['2026-13-01', 'tomorrow', '25:00', '2026-11-24T14', ''])('is refused when it is none: %j', (text) => {
    expect(() => read(text)).toThrow('--at is a time such as');
  });
});

describe('a time that is told', () => {
  it('is that of the zone', () => {
    expect(timeText(noon, 'Europe/Paris')).toBe('2026-11-24 12:00:00');
    expect(timeText(Date.parse('2026-01-01T00:00:00Z'), 'UTC')).toBe('2026-01-01 00:00:00');
    expect(timeText(Date.parse('2026-07-01T23:00:00Z'), 'Indian/Reunion')).toBe('2026-07-02 03:00:00');
  });
});
