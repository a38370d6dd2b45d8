/**
 * The quickstart in a scratch checkout, with a stand-in for `pigsty-bundle`: where its bundles are, and what becomes of those of an earlier
 * run.
 */
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type CommandResult, runCommand } from '../lab/hosts/run-command.ts';

const SCRIPT = new URL('../../scripts/quickstart.sh', import.meta.url).pathname;

/** Writes an empty bundle where it is told to; says nothing to any other verb. */
const BUNDLE_PROGRAM = `import { writeFileSync } from 'node:fs';
const [verb, ...argv] = process.argv.slice(2);
const value = (name) => argv[argv.indexOf(name) + 1];
const arch = argv.includes('--arch') ? value('--arch') : 'x86_64';
if (verb === 'build') writeFileSync(value('--output') + '/pigsty-pkg-v1.' + value('--distro') + '.' + arch + '.tgz', '');
`;

let checkout: string;

beforeEach(() => {
  checkout = mkdtempSync(join(tmpdir(), 'quickstart-'));
  write('package-lock.json', '');
  write('scripts/install-npm-packages.sh', '');
  write('src/cli/bin/pigsty-bundle.js', BUNDLE_PROGRAM);
  write('src/cli/bin/pigsty-install.js', 'console.log("unpack: a bundle");');
  write('package.json', '{ "type": "module" }');
  // The last one: it is newer than the sources, so that nothing is built.
  write('dist/pigsty-install-x86_64', '', 0o755);
  copyFileSync(SCRIPT, join(checkout, 'scripts/quickstart.sh'));
});
afterEach(() => rmSync(checkout, { recursive: true, force: true }));

function write(path: string, content: string, mode = 0o644): void {
  mkdirSync(dirname(join(checkout, path)), { recursive: true });
  writeFileSync(join(checkout, path), content, { mode });
}

function quickstart(...argv: readonly string[]): Promise<CommandResult> {
  return runCommand(['bash', join(checkout, 'scripts/quickstart.sh'), ...argv]);
}

function bundles(): readonly string[] {
  const names = readdirSync(join(checkout, 'dist/quickstart'), { recursive: true }) as string[];
  return names.filter((name) => name.endsWith('.tgz')).sort();
}

it('keeps the bundle of one target when another one is built', async () => {
  for (const argv of [[], ['--distro', 'el9'], ['--arch', 'aarch64']]) {
    const run = await quickstart(...argv);
    expect(run.status, run.stderr).toBe(0);
  }
  const built = ['d12.aarch64/pigsty-pkg-v1.d12.aarch64.tgz', 'd12/pigsty-pkg-v1.d12.x86_64.tgz', 'el9/pigsty-pkg-v1.el9.x86_64.tgz'];
  expect(bundles()).toEqual(built);
});

it('replaces what it built for the same target, whatever version that was', async () => {
  write('dist/quickstart/d12/pigsty-pkg-v0.d12.x86_64.tgz', '');
  expect((await quickstart()).stdout).toContain('The bundle: dist/quickstart/d12/pigsty-pkg-v1.d12.x86_64.tgz');
  expect(bundles()).toEqual(['d12/pigsty-pkg-v1.d12.x86_64.tgz']);
});

it.each(['../elsewhere', '..', 'd12/../..', ''])('takes %j for no distro, and removes nothing', async (name) => {
  write('dist/quickstart/pigsty-pkg-kept.tgz', '');
  const run = await quickstart('--distro', name);
  expect(run.status).not.toBe(0);
  expect(bundles()).toEqual(['pigsty-pkg-kept.tgz']);
});
