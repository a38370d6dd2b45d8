/** The flat Debian tree in memory. That apt accepts it is in the conformance tests. */
import { expect, it } from 'vitest';
import { buildDebTree } from '../../src/repo/deb-tree.ts';
import { scratchDir } from '../lab/upstreams/bundle-lab.ts';
import { toyDebTree } from './toy-deb-tree.ts';

it('holds sorted metadata, the packages, a source file and a marker', async () => {
  const { lock, sources } = await toyDebTree(await scratchDir());
  const tree = await buildDebTree(lock, sources, { signer: null });
  expect(tree.files.map((file) => file.path)).toEqual(['Packages', 'Packages.gz', 'Release', 'b_1_amd64.deb', 'a_1%3a1_amd64.deb']);
  const text = (file: (typeof tree.files)[number]) => Buffer.from((file.content as { bytes: Uint8Array }).bytes).toString();
  expect(text(tree.files[0]!)).toMatch(/^Package: a\n[\s\S]*Filename: \.\/a_1%3a1_amd64\.deb\n[\s\S]*\n\nPackage: b\n/);
  expect(text(tree.files[2]!)).toContain('Date: Tue, 14 Nov 2023 22:13:20 UTC\n');
  expect(text(tree.sourceFile)).toContain('URIs: file:///www/pigsty/\nSuites: ./\nCheck-Date: no\nTrusted: yes\n');
  expect(text(tree.marker)).toMatch(/^[0-9a-f]{64} {2}a_1%3a1_amd64\.deb\n[0-9a-f]{64} {2}b_1_amd64\.deb\n$/);
});

it('names every package that was not fetched, and files that would share a name', async () => {
  const { lock, sources } = await toyDebTree(await scratchDir());
  await expect(buildDebTree(lock, new Map(), { signer: null })).rejects.toMatchObject({
    code: 'BUNDLE_MISSING',
    details: { missing: { length: 2 } },
  });
  const clash = { ...lock, packages: lock.packages.map((p) => ({ ...p, file: 'same.deb' })) };
  await expect(buildDebTree(clash, sources, { signer: null })).rejects.toMatchObject({ code: 'PACKAGE_INVALID' });
});
