import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { syncPath } from '../../src/files/sync-path.ts';

it('takes a file and a directory, and says when there is neither', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'sync-path-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  writeFileSync(join(dir, 'file'), 'x', { mode: 0o400 });
  await expect(syncPath(join(dir, 'file'))).resolves.toBeUndefined();
  await expect(syncPath(dir)).resolves.toBeUndefined();
  await expect(syncPath(join(dir, 'none'))).rejects.toMatchObject({ code: 'ENOENT' });
});
