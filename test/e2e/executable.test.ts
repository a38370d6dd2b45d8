/**
 * The one-file pigsty-install: the same bytes from every build, and it starts where nothing is installed, nothing may be written and /tmp
 * runs nothing.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import ownPackage from '../../package.json' with { type: 'json' };
import { buildExecutable } from '../../scripts/build/executable.ts';
import { bundleForSea } from '../../scripts/build/javascript.ts';
import { nodeBinary } from '../../scripts/build/node-binary.ts';
import { ensureBaseTree, type TreeRecipe } from '../lab/hosts/base-tree.ts';
import { bareTreeRecipe } from '../lab/hosts/debian-tree.ts';
import { elTreeRecipe } from '../lab/hosts/el-tree/el-tree.ts';
import { labUnavailable } from '../lab/hosts/lab-unavailable.ts';
import { mustRun } from '../lab/hosts/run-command.ts';
import { sizeOf, tellCounts } from '../support/long-tests.ts';

const ROOT = new URL('../../', import.meta.url).pathname;
const reason = labUnavailable() ?? (process.arch === 'x64' ? undefined : 'the executable of x86_64 does not run here');

/** Root, read-only, with the program in /media and a /tmp that runs nothing. */
const IN_ROOT = `set -e; tree=$1 carried=$2 at=$3; shift 3
mount --bind "$tree" "$at"; mount -o remount,bind,ro "$at"
mount --bind "$carried" "$at/media"; mount -o remount,bind,ro "$at/media"
mount -t tmpfs -o noexec tmp "$at/tmp"; mount -t proc proc "$at/proc"
exec env -i PATH=/usr/sbin:/usr/bin chroot "$at" /media/pigsty-install "$@"`;

describe.skipIf(reason !== undefined)(`the executable${reason === undefined ? '' : ` (${reason})`}`, () => {
  let directory: string;
  let started = 0;
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'executable-'));
    await buildInto('carried');
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  async function buildInto(name: string): Promise<Buffer> {
    const into = join(directory, name);
    mkdirSync(into);
    const output = join(into, 'pigsty-install');
    await buildExecutable({ script: await bundleForSea(ROOT, into), node: await nodeBinary(ROOT, 'x86_64'), isNative: true, output });
    return readFileSync(output);
  }

  it('has the same bytes whenever and wherever it is built', async () => {
    expect((await buildInto('again')).equals(readFileSync(join(directory, 'carried/pigsty-install')))).toBe(true);
  });

  const systems: readonly [string, TreeRecipe][] = [
    ['Debian 12', bareTreeRecipe('d12')],
    ['Enterprise Linux 9', elTreeRecipe('el9')],
    ['Debian 13', bareTreeRecipe('d13')],
  ];
  it.each(systems.slice(0, sizeOf('bare-hosts')))('starts on a bare %s that is read-only', async (_, recipe) => {
    const tree = await ensureBaseTree(recipe);
    const at = mkdtempSync(join(directory, 'root-'));
    const run = (...argv: string[]) =>
      mustRun(['unshare', '--mount', 'sh', '-c', IN_ROOT, 'sh', tree, join(directory, 'carried'), at, ...argv]);
    expect(await run('--version')).toBe(`${ownPackage.version}\n`);
    expect(await run('--help')).toContain('Usage: pigsty-install');
    expect(JSON.parse(await run('facts', '--json'))).toMatchObject({ type: 'result' });
    started += 1;
    tellCounts('bare-hosts', { systems: started });
  });
});
