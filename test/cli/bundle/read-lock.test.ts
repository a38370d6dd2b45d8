import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readFreshLock, readLock } from '../../../src/cli/bundle/read-lock.ts';
import { formatLock } from '../../../src/lock/format-lock.ts';
import { resolve } from '../../../src/resolve/resolve.ts';
import { commandContext } from '../../lab/cli/call-command.ts';
import { toyArchive } from '../../lab/upstreams/toy-archive.ts';
import { debManifest, debUpstream, POLICY, toyDownloader, toyInput, toyMirror } from '../../lab/upstreams/toy-build.ts';
import { LOCK } from '../../lock/toy-lock.ts';
import { temporaryDir } from '../../support/fetch-lab.ts';

describe('a lock', () => {
  it('is read as it was written', async () => {
    const dir = await temporaryDir();
    writeFileSync(join(dir, 'a.lock'), formatLock(LOCK));
    expect(await readLock(join(dir, 'a.lock'))).toEqual(LOCK);
  });

  it('that is not there is LOCK_MISSING, with the hint of who asks', async () => {
    await expect(readLock('/nonexistent/a.lock')).rejects.toMatchObject({ code: 'LOCK_MISSING', hint: expect.stringContaining('--lock') });
    await expect(readLock('/nonexistent/a.lock', 'give a bundle')).rejects.toMatchObject({ hint: 'give a bundle' });
  });

  it.each(['', '{}', 'schema: 1', formatLock(LOCK).slice(0, -20)])('that is no lock is LOCK_INVALID: %j', async (text) => {
    const path = join(await temporaryDir(), 'a.lock');
    writeFileSync(path, text);
    await expect(readLock(path)).rejects.toMatchObject({ code: 'LOCK_INVALID', message: expect.stringContaining(path) });
  });
});

describe('a lock for --locked', () => {
  const stated = async () => {
    const mirror = await toyMirror(await toyArchive());
    const { downloader, context } = await toyDownloader();
    const input = toyInput(debManifest(await debUpstream(mirror.url)));
    const dir = await temporaryDir();
    const { lock } = await resolve(input, [], downloader, POLICY, context);
    writeFileSync(join(dir, 'd12.x86_64.lock'), formatLock(lock));
    return { dir, lock, request: { input, local: [], files: [], policy: POLICY } };
  };

  it('is looked for under the name of its target', async () => {
    const { dir, lock, request } = await stated();
    expect(await readFreshLock(request, undefined, commandContext(dir))).toEqual(lock);
  });

  it('of another request is LOCK_STALE, with every difference', async () => {
    const { dir, request } = await stated();
    const other = { ...request, input: { ...request.input, packages: ['hello'], manifestSha256: 'b'.repeat(64) } };
    const failed = readFreshLock(other, 'd12.x86_64.lock', commandContext(dir));
    await expect(failed).rejects.toMatchObject({ code: 'LOCK_STALE', details: { reasons: [expect.any(String), expect.any(String)] } });
    await expect(failed).rejects.toMatchObject({ message: expect.stringMatching(/answers another request:\n {2}.*\n {2}/) });
  });

  it('that is not there is LOCK_MISSING', async () => {
    const { dir, request } = await stated();
    await expect(readFreshLock(request, 'none.lock', commandContext(dir))).rejects.toMatchObject({ code: 'LOCK_MISSING' });
  });
});
