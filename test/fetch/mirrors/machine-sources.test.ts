import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { readMachineSources } from '../../../src/fetch/mirrors/machine-sources.ts';
import { temporaryDir } from '../../support/fetch-lab.ts';

async function rootWith(files: Readonly<Record<string, string>>): Promise<string> {
  const root = await temporaryDir();
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, name)), { recursive: true });
    await writeFile(join(root, name), text);
  }
  return root;
}

it('is empty on a machine with neither apt nor dnf', async () => {
  expect(await readMachineSources(await rootWith({}))).toEqual({ apt: [], aptProxies: {}, dnf: [], osId: '', osMajor: '', dnfVars: {} });
});

it('reads sources.list first, then the parts of its folder by name, and leaves other files alone', async () => {
  const list = (host: string) => `deb http://${host}.example.test/debian trixie main\n`;
  const root = await rootWith({
    'etc/apt/sources.list': list('a'),
    'etc/apt/sources.list.d/2.list': list('c'),
    'etc/apt/sources.list.d/1.list': list('b'),
    'etc/apt/sources.list.d/3.list.save': list('saved'),
    'etc/apt/sources.list.d/0.sources': 'Types: deb\nURIs: http://d.example.test/debian\nSuites: trixie\n',
  });
  const { apt } = await readMachineSources(root);
  expect(apt.map(({ uri }) => uri)).toEqual(['a', 'b', 'c', 'd'].map((host) => `http://${host}.example.test/debian`));
});

it('lets apt.conf decide over its folder, and dnf vars over those of yum', async () => {
  const proxy = (host: string) => `Acquire::http::Proxy "http://${host}.example.test";\n`;
  const root = await rootWith({
    'etc/apt/apt.conf.d/90proxy': proxy('folder'),
    'etc/apt/apt.conf': proxy('main'),
    'etc/yum/vars/site': 'old\n',
    'etc/yum/vars/stream': '9\n',
    'etc/dnf/vars/site': 'new\n',
  });
  const { aptProxies, dnfVars } = await readMachineSources(root);
  expect(aptProxies).toEqual({ http: 'http://main.example.test' });
  expect(dnfVars).toEqual({ site: 'new', stream: '9' });
});

it('knows the distribution, from either place of os-release', async () => {
  const release = 'NAME=x\nID="rocky"\nID_LIKE="rhel"\nVERSION_ID="9.4"\n';
  for (const place of ['etc/os-release', 'usr/lib/os-release']) {
    expect(await readMachineSources(await rootWith({ [place]: release }))).toMatchObject({ osId: 'rocky', osMajor: '9' });
  }
});

it('takes a file of an absurd size for none', async () => {
  const root = await rootWith({ 'etc/apt/sources.list': 'deb http://a.example.test/debian trixie main\n'.repeat(30_000) });
  expect((await readMachineSources(root)).apt).toEqual([]);
});
