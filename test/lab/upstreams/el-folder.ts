/** An EL upstream as a folder of metadata, without packages, and what it takes to resolve from it. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Metadata } from '../../../src/resolve/family.ts';
import { loadRpmMetadata } from '../../../src/resolve/rpm.ts';
import type { RpmPackage } from '../../../src/rpm/package/rpm-package.ts';
import { formatRepodata } from '../../../src/rpm/write/format-repodata.ts';
import { temporaryDir } from '../../support/fetch-lab.ts';
import { elManifest, elUpstream, POLICY, type ToyDownloader, toyDownloader } from './toy-build.ts';

/** A folder with the metadata of `packages`, and a downloader with a store of its own. */
export async function elFolder(packages: readonly RpmPackage[]) {
  const dir = await temporaryDir();
  const files = formatRepodata(
    packages.map((pkg) => ({ pkg, files: null })),
    { snapshotSec: 1 },
  );
  for (const { path, bytes } of files) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), bytes);
  }
  const upstream = await elUpstream(pathToFileURL(dir).href);
  const manifest = elManifest({ ...upstream, trust: { ...upstream.trust, mode: 'unsigned' } });
  const toy: ToyDownloader = await toyDownloader();
  const load = (buildId: string | null = null): Promise<Metadata<RpmPackage>> =>
    loadRpmMetadata(manifest, { local: [], modules: new Map() }, toy.downloader, POLICY, toy.context, buildId);
  return { ...toy, manifest, load };
}
