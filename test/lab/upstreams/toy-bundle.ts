/** The content of a small bundle for tests. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Context, Event } from '../../../src/base/events.ts';
import { formatMarker } from '../../../src/base/repo-marker.ts';
import type { TreeFile } from '../../../src/base/tree-file.ts';
import { treeFileOf } from '../../../src/base/tree-file-of.ts';
import type { Lock, LockedComponent, LockedPackage } from '../../../src/lock/lock.ts';
import type { BundleIndex } from '../../../src/pack/format/bundle-index.ts';
import { composeBundle } from '../../../src/pack/format/compose-bundle.ts';

/** A context that collects events. */
export function quietContext(events: Event[] = []): Context {
  return { report: (event) => void events.push(event), signal: new AbortController().signal };
}

/** Deterministic bytes that do not compress. */
export function noise(sizeBytes: number, seed: number): Buffer {
  const bytes = Buffer.alloc(sizeBytes);
  let state = seed + 1;
  for (let i = 0; i < sizeBytes; i += 1) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    bytes[i] = state >>> 16;
  }
  return bytes;
}

/** A component that has only packages. */
function component(packages: readonly string[]): LockedComponent {
  return { packages, binary: null, unit: null, masks: [], user: 'root', config: [], version: '' };
}

/** A lock over the given packages. */
export function lockOf(packages: readonly LockedPackage[], snapshotSec = 1_700_000_000): Lock {
  return {
    schema: 1,
    distro: 'd12',
    arch: 'x86_64',
    flavor: 'debian',
    request: {
      profiles: ['infra'],
      packages: [],
      baseline: ['none'],
      recommends: false,
      modules: [],
      pgVersion: null,
      manifestSha256: '0'.repeat(64),
      minor: null,
    },
    snapshotSec,
    solved: [{ profile: 'infra', baseline: 'none', packages: 3 }],
    installs: [{ profile: 'infra', solveGroup: 'joint', packages: ['a'] }],
    components: { nginx: component(['nginx']), grafana: { absent: 'not in Debian' } },
    upstreams: [{ name: 'base', suite: 'bookworm main', rootSha256: '1'.repeat(64), dateSec: 1_700_000_000, trust: { kind: 'unsigned' } }],
    packages,
  };
}

/** A locked package whose file has the given content. */
export function lockedPackage(file: TreeFile, name = file.path.split('_', 1)[0]!): LockedPackage {
  return {
    name,
    version: '1.0-1',
    arch: 'amd64',
    upstream: 'base',
    path: `pool/${file.path}`,
    file: file.path,
    sizeBytes: file.sizeBytes,
    sha256: file.sha256,
    why: 'profile infra',
    installedBytes: 1000,
    relations: '0'.repeat(16),
    solveGroups: ['joint'],
  };
}

/** What a toy bundle holds besides its fixed parts. */
export interface ToyOptions {
  readonly packages?: readonly TreeFile[];
  readonly assets?: readonly TreeFile[];
  readonly snapshotSec?: number;
  readonly installer?: Buffer;
}

/** Three packages, one of them longer than a frame, an asset, metadata and an installer. */
export function composeToy(options: ToyOptions = {}): { index: BundleIndex; files: readonly TreeFile[] } {
  const packages = options.packages ?? [
    treeFileOf('a_1.0-1_amd64.deb', noise(70_000, 1)),
    treeFileOf('b_1%3a2.0~rc1+b1-1_all.deb', noise(3_000_000, 2)),
    treeFileOf(`c-${'long'.repeat(40)}_1.0-1_all.deb`, noise(512, 3)),
  ];
  return composeBundle({
    lock: lockOf(
      packages.map((file) => lockedPackage(file)),
      options.snapshotSec,
    ),
    version: '0.1.0',
    tree: {
      files: [treeFileOf('Packages', 'Package: a\n'.repeat(500)), treeFileOf('Release', 'Origin: pigsty\n'), ...packages],
      sourceFile: treeFileOf('pigsty.sources', 'Types: deb\n'),
      marker: treeFileOf('repo_complete', formatMarker(packages.map((file) => ({ file: file.path, sha256: file.sha256 })))),
    },
    installer: treeFileOf('pigsty-install', options.installer ?? noise(5000, 4)),
    assets: options.assets ?? [treeFileOf('dashboards/node.json', '{}\n'), treeFileOf('empty.txt', '')],
  });
}

/** Packages given as bytes are put into files first, as the store would have them. */
export async function storeFiles(files: readonly TreeFile[], dir: string): Promise<TreeFile[]> {
  const stored: TreeFile[] = [];
  for (const file of files) {
    if (file.content.kind === 'file' || !/\.(?:deb|rpm)$/.test(file.path)) stored.push(file);
    else {
      const filePath = join(dir, file.sha256);
      await writeFile(filePath, file.content.bytes);
      stored.push({ ...file, content: { kind: 'file', filePath } });
    }
  }
  return stored;
}
