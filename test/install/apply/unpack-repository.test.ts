import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Installation } from '../../../src/install/apply/installation.ts';
import type { Prepared } from '../../../src/install/apply/prepare.ts';
import { unpackRepository } from '../../../src/install/apply/unpack-repository.ts';
import { DEFAULT_SETTINGS } from '../../../src/install/contract/engine-settings.ts';
import { openBundle } from '../../../src/install/desired/open-bundle.ts';
import { runPaths } from '../../../src/install/state/journal.ts';
import { SOME_FACTS } from '../../lab/install/some-facts.ts';
import { scratchDir, writeToy } from '../../lab/upstreams/bundle-lab.ts';
import { FakeHost } from '../../support/fake-host.ts';
import { recorder, someInput } from '../../support/some-input.ts';

const RUN = '20260101T000000Z-0001';

async function unpack(changes: Partial<Prepared<null>> = {}) {
  const webRoot = await scratchDir();
  const { path } = await writeToy(await scratchDir());
  const host = new FakeHost();
  const bundle = await openBundle(path, { trust: null, programVersion: '0.1.0' });
  const input = someInput(host, [], { bundle, settings: { ...DEFAULT_SETTINGS, webRoot, repoName: 'mypkg' } });
  const installation = new Installation(input);
  installation.prepared = { facts: SOME_FACTS, isUnpacked: false, ...changes } as Prepared<null>;
  installation.run = { run: RUN, nextSeq: 1, isResumed: false, earlier: null };
  await unpackRepository(installation, recorder());
  const journal = host.text(runPaths(RUN).journal);
  const trees =
    journal === null
      ? []
      : journal
          .split('\n')
          .filter(Boolean)
          .map((line) => JSON.parse(line).before);
  return { webRoot, bundle, installation, trees };
}

describe('unpacking here', () => {
  it('puts the repository below the web root under its own name', async () => {
    const { webRoot, bundle, installation } = await unpack();
    expect(JSON.parse(await readFile(join(webRoot, 'mypkg/bundle.json'), 'utf8'))).toMatchObject({ id: bundle.index.id });
    expect(installation.changed).toBe(true);
  });

  it('notes before what goes away as a whole on rollback', async () => {
    const { webRoot, trees } = await unpack();
    expect(trees).toEqual(['mypkg', 'pigsty.sources', 'pigsty.repo'].map((name) => ({ kind: 'tree', path: `${webRoot}/${name}` })));
  });

  it('does not note a repository that was there before us', async () => {
    const { trees } = await unpack({ facts: { ...SOME_FACTS, repository: { complete: true, bundleId: null } } });
    expect(trees).toEqual([]);
  });

  it('does nothing when the repository is there', async () => {
    const { installation, trees } = await unpack({ isUnpacked: true });
    expect([installation.changed, trees]).toEqual([false, []]);
  });
});
