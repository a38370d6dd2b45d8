/** The flat RPM tree in memory. That dnf accepts it is in the conformance tests. */

import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { treeFileOf } from '../../src/base/tree-file-of.ts';
import { buildRpmTree, type RpmPackageSource } from '../../src/repo/rpm-tree.ts';
import { parsePrimary } from '../../src/rpm/repodata/primary.ts';
import { generateSigningKey, readPrivateKey } from '../../src/trust/signing.ts';
import { lockedPackage, lockOf, noise } from '../lab/upstreams/toy-bundle.ts';
import { toyRpm } from '../lab/upstreams/toy-rpms.ts';

function toyTree() {
  const files = [treeFileOf('lib-1-1.noarch.rpm', noise(2000, 1)), treeFileOf('app-1-1.noarch.rpm', noise(3000, 2))];
  const packages = [toyRpm('lib', { files: ['/usr/bin/lib'] }), toyRpm('app', { requires: ['/usr/share/words'] })];
  const owned = [[{ path: '/usr/share/words', type: 'file' as const }], []];
  const sources = new Map<string, RpmPackageSource>(
    files.map((file, at) => [file.sha256, { pkg: packages[at]!, files: owned[at]!, filePath: `/store/${file.sha256}` }]),
  );
  return { lock: lockOf(files.map((file) => lockedPackage(file))), sources };
}

const contentOf = (file: { readonly content: unknown }): Buffer => Buffer.from((file.content as { bytes: Uint8Array }).bytes);

it('holds metadata that names the files as they lie there, with every required path in primary', async () => {
  const { lock, sources } = toyTree();
  const tree = await buildRpmTree(lock, sources, { signer: null });
  const paths = tree.files.map(({ path }) => path.replace(/[0-9a-f]{64}-/, ''));
  expect(paths).toEqual(
    ['primary.xml.gz', 'filelists.xml.gz', 'other.xml.gz', 'repomd.xml']
      .map((name) => `repodata/${name}`)
      .concat(lock.packages.map(({ file }) => file)),
  );
  const packages = await parsePrimary(gunzipSync(contentOf(tree.files[0]!)), { source: 'tree' });
  expect(packages.map(({ location, checksum, timeFile }) => [location, checksum.hex, timeFile])).toEqual(
    lock.packages.map(({ file, sha256 }) => [file, sha256, lock.snapshotSec]).sort(),
  );
  expect(packages.find(({ name }) => name === 'lib')?.files.map(({ path }) => path)).toContain('/usr/share/words');
  expect(contentOf(tree.sourceFile).toString()).toContain('baseurl=file:///www/pigsty\nenabled=1\ngpgcheck=0\nrepo_gpgcheck=0\n');
  expect(contentOf(tree.marker).toString().trimEnd().split('\n')).toHaveLength(2);
});

it('is the same for the same lock, and signed by the key in it', async () => {
  const { lock, sources } = toyTree();
  const made = await generateSigningKey({ name: 'Test', nowSec: lock.snapshotSec - 10, rsaBits: 2048 });
  const signer = await readPrivateKey(Buffer.from(made.privateKeyArmored), { source: 'test' });
  const [one, two] = await Promise.all([
    buildRpmTree(lock, sources, { signer, baseUrl: 'http://10.0.0.1/pigsty' }),
    buildRpmTree(lock, sources, { signer: null }),
  ]);
  expect(one.files.find(({ path }) => path.endsWith('repomd.xml'))?.sha256).toBe(
    two.files.find(({ path }) => path.endsWith('repomd.xml'))?.sha256,
  );
  expect(one.files.map(({ path }) => path)).toEqual(expect.arrayContaining(['repodata/repomd.xml.asc', 'pigsty.asc']));
  expect(contentOf(one.sourceFile).toString()).toContain('repo_gpgcheck=1\ngpgkey=http://10.0.0.1/pigsty/pigsty.asc\n');
});

it('names every package that was not fetched, and files that would share a name', async () => {
  const { lock, sources } = toyTree();
  await expect(buildRpmTree(lock, new Map(), { signer: null })).rejects.toMatchObject({
    code: 'BUNDLE_MISSING',
    details: { missing: { length: 2 } },
  });
  const clash = { ...lock, packages: lock.packages.map((locked) => ({ ...locked, file: 'same.rpm' })) };
  await expect(buildRpmTree(clash, sources, { signer: null })).rejects.toMatchObject({ code: 'PACKAGE_INVALID' });
});
