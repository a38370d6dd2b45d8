import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { expandMirrors } from '../../../src/fetch/mirrors/expand-mirrors.ts';
import { readMachineSources } from '../../../src/fetch/mirrors/machine-sources.ts';
import { temporaryDir } from '../../support/fetch-lab.ts';

/** A machine with these files. */
async function machineWith(files: Readonly<Record<string, string>>) {
  const root = await temporaryDir();
  for (const [name, text] of Object.entries(files)) {
    const path = join(root, 'etc', name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
  return readMachineSources(root);
}

const stanza = (uri: string, suites: string): string => `Types: deb\nURIs: ${uri}\nSuites: ${suites}\nComponents: main\n`;

describe('mirrors: auto', () => {
  it.each([
    ['Debian, whatever the suite', 'https://m.example.test/x/debian', 'bookworm bookworm-updates', 'http://ftp.debian.org/debian/'],
    ['its security archive', 'https://m.example.test/debian-security', 'trixie-security', 'https://security.debian.org/debian-security'],
    ['Debian by its own name', 'http://ftp.de.debian.org/debian', 'stable', 'http://ftp.debian.org/debian'],
    ['Ubuntu', 'http://m.example.test/ubuntu/', 'noble noble-security', 'http://archive.ubuntu.com/ubuntu'],
    ['Ubuntu security from a full mirror', 'http://m.example.test/ubuntu', 'jammy', 'http://security.ubuntu.com/ubuntu'],
    ['Ubuntu ports', 'http://m.example.test/ubuntu-ports', 'jammy', 'http://ports.ubuntu.com/ubuntu-ports'],
  ])('puts the mirror of apt first: %s', async (_, uri, suites, upstream) => {
    const machine = await machineWith({ 'apt/sources.list.d/os.sources': stanza(uri, suites) });
    expect(expandMirrors([upstream], { mirrors: 'auto', machine })).toEqual([uri.replace(/\/$/, ''), upstream.replace(/\/$/, '')]);
  });

  it.each([
    ['another vendor with a path like Debian', 'https://vendor.example.test/debian', 'nodistro', 'http://ftp.debian.org/debian'],
    ['a vendor that uses Debian codenames elsewhere', 'https://vendor.example.test/apt', 'bookworm', 'http://ftp.debian.org/debian'],
    ['security for the main archive', 'https://m.example.test/debian-security', 'bookworm-security', 'http://ftp.debian.org/debian'],
    ['Ubuntu security alone for the main archive', 'http://m.example.test/ubuntu', 'noble-security', 'http://archive.ubuntu.com/ubuntu'],
    ['old releases, which are archived elsewhere', 'http://archive.debian.org/debian', 'buster', 'http://ftp.debian.org/debian'],
    ['an upstream of somebody else', 'https://m.example.test/debian', 'bookworm', 'https://apt.example.test/debian'],
  ])('does not take %s', async (_, uri, suites, upstream) => {
    const machine = await machineWith({ 'apt/sources.list.d/os.sources': stanza(uri, suites) });
    expect(expandMirrors([upstream], { mirrors: 'auto', machine })).toEqual([upstream]);
  });

  it('changes nothing on a machine without apt and dnf, or when told not to', async () => {
    const urls = ['http://ftp.debian.org/debian', 'http://ftp.de.debian.org/debian', 'http://ftp.debian.org/debian/'];
    expect(expandMirrors(urls, { mirrors: 'auto', machine: await machineWith({}) })).toEqual(urls.slice(0, 2));
    const machine = await machineWith({ 'apt/sources.list': 'deb http://m.example.test/debian trixie main' });
    expect(expandMirrors(urls, { mirrors: 'none', machine })).toEqual(urls.slice(0, 2));
  });

  const rocky = 'https://dl.rockylinux.org/pub/rocky/9/BaseOS/x86_64/os';
  it.each([
    [
      'the same repository',
      'rocky',
      '9.4',
      'http://m.example.test/rocky/$releasever/BaseOS/$basearch/os/',
      'http://m.example.test/rocky/9/BaseOS/x86_64/os',
    ],
    ['not another major release', 'rocky', '8.10', 'http://m.example.test/rocky/$releasever/BaseOS/$basearch/os/', undefined],
    ['not another vendor', 'almalinux', '9.4', 'http://m.example.test/almalinux/$releasever/BaseOS/$basearch/os/', undefined],
    ['not a URL with a variable nobody knows', 'rocky', '9.4', 'http://$site/rocky/$releasever/BaseOS/$basearch/os/', undefined],
  ])('puts the mirror of dnf first: %s', async (_, id, version, baseurl, expected) => {
    const machine = await machineWith({
      'os-release': `ID="${id}"\nVERSION_ID="${version}"\n`,
      'yum.repos.d/os.repo': `[baseos]\nname=x\nbaseurl=${baseurl}\nenabled=1\n\n[crb]\nenabled=0\nbaseurl=http://off.example.test/rocky/\n`,
    });
    const dnf = { repoId: 'baseos', releasever: '9', basearch: 'x86_64' };
    expect(expandMirrors([rocky], { mirrors: 'auto', machine, dnf })).toEqual(expected === undefined ? [rocky] : [expected, rocky]);
  });
});
