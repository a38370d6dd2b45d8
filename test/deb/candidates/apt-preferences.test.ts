import { describe, expect, it } from 'vitest';
import { parseAptPreferences } from '../../../src/deb/candidates/apt-preferences.ts';

const record = (name: string, pin: string, priority: number | string) => `Package: ${name}\nPin: ${pin}\nPin-Priority: ${priority}\n`;
const ofBundle = (text: string, name = 'a', version = '1.2') => parseAptPreferences([text]).ofBundle(name, version);

describe('the pins of a host', () => {
  it('are 500 for a bundle and 100 for what is installed, unless it says otherwise', () => {
    const pins = parseAptPreferences([]);
    expect([pins.ofBundle('a', '1'), pins.ofInstalled('a', '1')]).toEqual([500, 100]);
  });

  it.each([
    [record('a', 'version 1.*', 1001), 1001],
    [record('a', 'version 2.*', 1001), 500],
    [record('b a', 'version 1.2', -1), -1],
    [record('/^[ab]$/', 'version /^1/', 7), 7],
    [record('/^b/', 'version 1.*', 7), 500],
    [record('/(/', 'version 1.*', 7), 500],
    [record('/a/', 'version 1.*', 7), 7],
    [record('a', 'release *', -10), -10],
    [record('a', 'release a=*', -10), -10],
    [record('a', 'release o=Debian', -10), 500],
    [record('a', 'release o=pigsty, n=pigsty', 990), 990],
    [record('a', 'release v=12', 990), 500],
    [record('a', 'origin ""', 600), 600],
    [record('a', 'origin deb.example.test', -1), 500],
    [record('a', 'version 1.*', 'high'), 500],
    ['Package: a\nPin-Priority: 5\n', 500],
    [`# a comment\n\n${record('a', 'version *', 3)}`, 3],
  ])('%j', (text, priority) => {
    expect(ofBundle(text)).toBe(priority);
  });

  it('of a package by name count before those of all, then the first counts', () => {
    expect(ofBundle([record('*', 'release *', 1), record('a', 'version *', 2), record('a', 'version *', 3)].join('\n'))).toBe(2);
    expect(parseAptPreferences([record('*', 'release *', 1), record('a', 'version *', 2)]).ofBundle('b', '1')).toBe(1);
  });

  it('of a release say nothing about what is installed', () => {
    const pins = parseAptPreferences([record('a', 'release *', 900), record('a', 'version 1*', 600)]);
    expect([pins.ofInstalled('a', '1.0'), pins.ofInstalled('a', '2.0')]).toEqual([600, 100]);
  });
});
