/** `pigsty-bundle diff`: what changed between two locks or bundles. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { registerDiff } from '../../../../src/cli/bundle/commands/diff.ts';
import { formatLock } from '../../../../src/lock/format-lock.ts';
import type { Lock } from '../../../../src/lock/lock.ts';
import { callCommand } from '../../../lab/cli/call-command.ts';
import { writeToy } from '../../../lab/upstreams/bundle-lab.ts';
import { LOCK, locked } from '../../../lock/toy-lock.ts';
import { temporaryDir } from '../../../support/fetch-lab.ts';

async function diff(before: Lock, after: Lock) {
  const dir = await temporaryDir();
  writeFileSync(join(dir, 'a.lock'), formatLock(before));
  writeFileSync(join(dir, 'b.lock'), formatLock(after));
  return callCommand(registerDiff, ['diff', 'a.lock', 'b.lock'], dir);
}

const with1 = (...packages: readonly ReturnType<typeof locked>[]): Lock => ({ ...LOCK, packages });

it('of the same lock is nothing', async () => {
  const { result } = await diff(LOCK, LOCK);
  expect(result.lines).toEqual(['the same packages', '0 changes, +0 B; 0 B are new']);
  expect(result.data).toEqual({ changes: [], deltaBytes: 0, newBytes: 0 });
});

it.each<[string, Lock, Lock, string]>([
  ['added', with1(), with1(locked('a', '1')), '+ added   a amd64 1  +100 B'],
  ['removed', with1(locked('a', '1')), with1(), '- removed a amd64 1  -100 B'],
  ['up, as the family orders versions', with1(locked('a', '1~rc1')), with1(locked('a', '1')), '↑ up      a amd64 1~rc1 → 1'],
  ['down', with1(locked('a', '1:1')), with1(locked('a', '2')), '↓ down    a amd64 1:1 → 2'],
])('says what is %s', async (_, before, after, line) => {
  expect((await diff(before, after)).result.lines[0]).toBe(line);
});

describe('what can be compared', () => {
  it('is a bundle, too', async () => {
    const dir = await temporaryDir();
    const { path } = await writeToy(dir);
    const { result } = await callCommand(registerDiff, ['diff', path, 'toy.tgz'], dir);
    expect(result.lines[0]).toBe('the same packages');
  });

  it('is not what is for other targets: USAGE', async () => {
    await expect(diff(LOCK, { ...LOCK, distro: 'd13' })).rejects.toMatchObject({
      code: 'USAGE',
      message: 'a.lock is for d12.x86_64, b.lock for d13.x86_64: there is nothing to compare',
    });
  });

  it.each([
    ['none.lock', 'LOCK_MISSING'],
    ['none.tgz', 'BUNDLE_MISSING'],
  ])('is not %s: %s', async (name, code) => {
    await expect(callCommand(registerDiff, ['diff', name, name], await temporaryDir())).rejects.toMatchObject({ code });
  });
});
