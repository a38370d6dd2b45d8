/**
 * Two repositories of a real Enterprise Linux release beside each other, BaseOS and AppStream with its modules, as dnf and we read them.
 * They are of different years: a package `bridge` has the capabilities that the older one lacks.
 */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { decompress } from '../../src/fetch/decode/decompress.ts';
import type { RpmUpstream } from '../../src/rpm/candidates/rpm-candidate-pool.ts';
import { type Modules, parseModules } from '../../src/rpm/modules/modulemd.ts';
import { parsePrimary } from '../../src/rpm/repodata/primary.ts';
import { formatRepodata } from '../../src/rpm/write/format-repodata.ts';
import { toyRpm } from '../lab/upstreams/toy-rpms.ts';
import type { DnfRepository } from './dnf-oracle.ts';

/** A release as both read it. */
export interface ElRelease {
  readonly repositories: readonly DnfRepository[];
  readonly upstreams: readonly RpmUpstream[];
  readonly modules: Modules;
  /** The repository with filelists. */
  readonly filelistsDir: string;
}

/** The folders beside the repodata folder that the tests are told of; null when they are not all there. */
export function findElRelease(): { readonly baseos: string; readonly appstream: string } | null {
  const repodata = process.env.PIGSTY_BUNDLE_REPODATA ?? '';
  if (repodata === '') return null;
  const [baseos, appstream] = [dirname(repodata), join(dirname(dirname(repodata)), 'cs9-appstream')];
  return existsSync(join(appstream, 'bridge-capabilities.txt')) ? { baseos, appstream } : null;
}

/** Copies the repositories below `dir`, their repomd.xml cut to the parts that are there. */
export async function readElRelease({ baseos, appstream }: { baseos: string; appstream: string }, dir: string): Promise<ElRelease> {
  for (const [name, from] of [
    ['baseos', baseos],
    ['appstream', appstream],
  ] as const) {
    cpSync(join(from, 'repodata'), join(dir, name, 'repodata'), { recursive: true });
    keepPresentParts(join(dir, name));
  }
  const bridge = [toyRpm('bridge', { provides: bridgeCapabilities(appstream) })];
  for (const { path, bytes } of formatRepodata([{ pkg: bridge[0]!, files: null }], { snapshotSec: 1 })) {
    mkdirSync(dirname(join(dir, 'bridge', path)), { recursive: true });
    writeFileSync(join(dir, 'bridge', path), bytes);
  }
  const read = async (name: string) => parsePrimary(partOf(join(dir, name), 'primary.xml.gz'), { source: name });
  const yaml = await decompress(readFileSync(pathOf(join(dir, 'appstream'), 'modules.yaml.xz')), 'xz', {
    maxBytes: 1 << 26,
    label: 'modules.yaml.xz',
  });
  return {
    repositories: ['baseos', 'appstream', 'bridge'].map((name) => ({ name, url: `file://${join(dir, name)}` })),
    upstreams: [
      { name: 'baseos', packages: await read('baseos') },
      { name: 'appstream', packages: await read('appstream') },
      { name: 'bridge', packages: bridge },
    ],
    modules: await parseModules(yaml, { source: 'modules.yaml' }),
    filelistsDir: join(dir, 'baseos'),
  };
}

/** The bytes of a part of a repository, uncompressed. */
export function partOf(dir: string, ending: string): Buffer {
  return gunzipSync(readFileSync(pathOf(dir, ending)));
}

function pathOf(dir: string, ending: string): string {
  const name = readdirSync(join(dir, 'repodata')).find((file) => file.endsWith(ending));
  if (name === undefined) throw new Error(`${dir} has no ${ending}`);
  return join(dir, 'repodata', name);
}

function keepPresentParts(dir: string): void {
  const path = join(dir, 'repodata/repomd.xml');
  const isPresent = (part: string) => existsSync(join(dir, /href="([^"]+)"/.exec(part)?.[1] ?? ''));
  const text = readFileSync(path, 'utf8').replace(/<data type=.*?<\/data>/gs, (part) => (isPresent(part) ? part : ''));
  writeFileSync(path, text);
}

function bridgeCapabilities(appstream: string): string[] {
  const lines = readFileSync(join(appstream, 'bridge-capabilities.txt'), 'utf8').trim().split('\n');
  return lines.map((line) => line.replace(/ [<>]=? /, ' = '));
}
