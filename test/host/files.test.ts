import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readHostFile, uploadFile, writeHostFile } from '../../src/host/files.ts';
import type { Host } from '../../src/host/host.ts';
import { localHost } from '../../src/host/local.ts';

/** As whoever runs the tests: sudo is not what is tested here. */
const plain = localHost();
const host: Host = { ...plain, run: (command, options) => plain.run(command, { ...options, privileged: false }) };
const content = Buffer.from(Array.from({ length: 700_000 }, (_, i) => (i * 31) % 251));
const sha256 = createHash('sha256').update(content).digest('hex');
let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'pigsty-files-'));
  await writeFile(join(root, 'source'), content);
});
afterEach(() => rm(root, { recursive: true, force: true }));

const upload = () => uploadFile(host, { localPath: join(root, 'source'), remotePath: join(root, 'far/away/file'), mode: 0o600 });

describe('uploading a file', () => {
  it('carries every byte and says how far it is', async () => {
    const seen: number[] = [];
    const remotePath = join(root, 'far/file');
    const sent = await uploadFile(host, {
      localPath: join(root, 'source'),
      remotePath,
      mode: 0o600,
      sha256,
      onProgress: (done) => seen.push(done),
    });
    expect(sent).toBe(content.length);
    expect(await readFile(remotePath)).toEqual(content);
    expect(seen.at(-1)).toBe(content.length);
    expect(await readdir(join(root, 'far'))).toEqual(['file']);
  });

  it('sends nothing when the file is there', async () => {
    await upload();
    expect(await upload()).toBe(0);
  });

  it('continues a part that is ours, and begins again with one that is not', async () => {
    await upload();
    const path = join(root, 'far/away/file');
    await rm(path);
    await writeFile(`${path}.partial`, content);
    await truncate(`${path}.partial`, 300_000);
    expect(await upload()).toBe(400_000);
    expect(await readFile(path)).toEqual(content);
    await rm(path);
    await writeFile(`${path}.partial`, Buffer.alloc(300_000, 7));
    expect(await upload()).toBe(content.length);
    expect(await readFile(path)).toEqual(content);
  });

  it('refuses and removes what arrived damaged', async () => {
    const damaged = uploadFile(host, { localPath: join(root, 'source'), remotePath: join(root, 'x'), mode: 0o600, sha256: '0'.repeat(64) });
    await expect(damaged).rejects.toMatchObject({ code: 'BUNDLE_DIGEST_MISMATCH' });
    expect(await readdir(root)).toEqual(['source']);
  });
});

describe('single files', () => {
  it('are written whole and read back, missing ones are null, large ones refused', async () => {
    const path = join(root, 'a file');
    await writeHostFile(host, path, 'text', { mode: 0o640, owner: String(process.getuid?.()), group: String(process.getgid?.()) });
    expect((await readHostFile(host, path))?.toString()).toBe('text');
    expect(await readHostFile(host, join(root, 'none'))).toBeNull();
    await expect(readHostFile(host, join(root, 'source'), 1000)).rejects.toMatchObject({ code: 'HOST_COMMAND_FAILED' });
  });
});
