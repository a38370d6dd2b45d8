/** From a request to a resolution, over toy upstreams of both families. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatLock } from '../../src/lock/format-lock.ts';
import { parseLock } from '../../src/lock/parse-lock.ts';
import type { Baseline } from '../../src/resolve/baseline.ts';
import { resolve } from '../../src/resolve/resolve.ts';
import type { ResolveInput } from '../../src/resolve/resolve-request.ts';
import { type ToyPackage, toyArchive } from '../lab/upstreams/toy-archive.ts';
import {
  debManifest,
  debUpstream,
  elManifest,
  elUpstream,
  POLICY,
  toyDownloader,
  toyInput,
  toyMirror,
} from '../lab/upstreams/toy-build.ts';
import { toyElUpstream, toyPartPath } from '../lab/upstreams/toy-el-upstream.ts';

async function resolveDeb(more: Partial<ResolveInput> = {}, packages?: readonly ToyPackage[]) {
  const mirror = await toyMirror(await toyArchive(packages === undefined ? {} : { packages }));
  const toy = await toyDownloader();
  const input = toyInput(debManifest(await debUpstream(mirror.url)), more);
  const again = () => resolve(input, [], toy.downloader, POLICY, toy.context);
  return { ...toy, mirror, again, resolution: again() };
}

async function resolveEl(more: Partial<ResolveInput> = {}) {
  const mirror = await toyMirror(await toyElUpstream());
  const toy = await toyDownloader();
  const input = toyInput(elManifest(await elUpstream(mirror.url)), more);
  const again = () => resolve(input, [], toy.downloader, POLICY, toy.context);
  return { ...toy, mirror, again, resolution: again() };
}

describe('a request', () => {
  it.each([
    ['DEB', resolveDeb],
    ['RPM', resolveEl],
  ])('of %s becomes a lock with what it needs, read back as it will be', async (_, run) => {
    const { lock, missing, declined } = await (await run()).resolution;
    expect(lock.packages.map(({ name }) => name)).toEqual(['hello', 'libgreet', 'world']);
    expect(lock.solved.map(({ profile, baseline, packages }) => [profile, baseline, packages])).toEqual([
      ['packages', 'minimal', 3],
      ['packages', 'none', 3],
    ]);
    expect([missing, declined]).toEqual([[], []]);
    expect(parseLock(formatLock(lock), 'x')).toEqual(lock);
  });

  it.each([
    ['DEB', resolveDeb, 'deb-scan', 'blob'],
    ['RPM', resolveEl, 'rpm-primary', 'derived'],
  ])('of %s is answered as well where what was kept is damaged', async (_, run, kind, damaged) => {
    const { resolution, again, store } = await run();
    const { lock } = await resolution;
    const derived = readdirSync(join(store.dir, 'derived', kind)).map((name) => join(store.dir, 'derived', kind, name));
    const blobs = readdirSync(join(store.dir, 'derived'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.startsWith('blob-blocks/'))
      .map((name) => store.pathOf(basename(name)));
    for (const path of damaged === 'blob' ? blobs : derived) {
      const bytes = readFileSync(path);
      bytes[20]! ^= 1;
      writeFileSync(path, bytes);
    }
    expect((await again()).lock).toEqual(lock);
  });

  it('downloads no packages', async () => {
    const { resolution, mirror } = await resolveDeb();
    await resolution;
    expect(mirror.seen.filter((path) => path.startsWith('pool/'))).toEqual([]);
  });

  it('reads filelists once when a path hangs on them', async () => {
    const { resolution, mirror } = await resolveEl();
    await resolution;
    expect(mirror.seen.filter((path) => path === toyPartPath('filelists'))).toHaveLength(1);
  });

  it('says why a package came along', async () => {
    const { why } = await (await resolveDeb()).resolution;
    expect(why('libgreet').map((chain) => chain.map(({ text }) => text))).toEqual([['--package', 'libgreet (>= 1)']]);
    expect(why('nobody')).toEqual([]);
  });

  it('for a name nobody has is SOLVE_UNKNOWN_NAME', async () => {
    await expect((await resolveDeb({ packages: ['helo'] })).resolution).rejects.toMatchObject({
      code: 'SOLVE_UNKNOWN_NAME',
      message: expect.stringContaining('hello'),
    });
  });
});

describe('what a person should hear', () => {
  it('is a recommendation that cannot come along', async () => {
    const packages = [
      { name: 'hello', fields: { Recommends: 'rival' } },
      { name: 'world', fields: { Conflicts: 'rival' } },
      { name: 'rival' },
    ];
    const { resolution, warnings } = await resolveDeb({ recommends: true }, packages);
    expect((await resolution).lock.packages.map(({ name }) => name)).toEqual(['hello', 'world']);
    expect(warnings()).toEqual([expect.stringMatching(/^RECOMMENDED_MISSING: recommended .*rival.* is left out/)]);
  });

  it('is an optional package nobody has', async () => {
    const group = {
      packages: [
        { name: 'ghost', pg: null, optional: true },
        { name: 'hello', pg: null, optional: false },
      ],
    };
    const rest = { pg: null, recommends: false, suggests: false, optional: false, separate: false };
    const manifest = { groups: { toys: { ...group, ...rest } } };
    const mirror = await toyMirror(await toyArchive());
    const { downloader, context, warnings } = await toyDownloader();
    const asked = { ...debManifest(await debUpstream(mirror.url)), ...manifest };
    const { missing } = await resolve(toyInput(asked, { packages: ['toys'] }), [], downloader, POLICY, context);
    expect(missing.map(({ text }) => text)).toEqual(['ghost']);
    expect(warnings()).toEqual([expect.stringMatching(/^OPTIONAL_MISSING: optional ghost is left out: no upstream has it/)]);
  });

  it('is what was odd about a captured host', async () => {
    const bytes = Buffer.from('world 0.1-1 x86_64\nworld 0.2-1 x86_64\n');
    const baselines: readonly Baseline[] = [{ kind: 'file', name: 'file:0123456789abcdef', path: 'host.txt', bytes }];
    const { resolution, warnings } = await resolveEl({ baselines });
    await resolution;
    expect(warnings()).toEqual([expect.stringMatching(/^BASELINE_ODD: the host of host.txt still has world-0.1-1.x86_64/)]);
  });
});
