/** The program as a whole: which verbs there are, and its version. */
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { runBundleProgram } from '../../src/cli/bundle-program.ts';

let out = '';
beforeEach(() => {
  out = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += String(text);
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
});
afterEach(() => {
  vi.restoreAllMocks();
  process.stdout.removeAllListeners('error');
  process.stderr.removeAllListeners('error');
});

it('shows every verb', async () => {
  expect(await runBundleProgram(['--help'])).toBe(0);
  for (const verb of ['build', 'resolve', 'fetch', 'pack', 'verify', 'inspect', 'why', 'diff', 'distros', 'store', 'keygen']) {
    expect(out).toContain(`\n  ${verb} `);
  }
});

it('shows its version', async () => {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { readonly version: string };
  expect(await runBundleProgram(['--version'])).toBe(0);
  expect(out.trim()).toBe(version);
});

it('knows one verb without loading the others', async () => {
  expect(await runBundleProgram(['resolve', '--help'])).toBe(0);
  expect(out).toContain('Usage: pigsty-bundle resolve');
});

it('refuses a verb there is not', async () => {
  expect(await runBundleProgram(['fly'])).toBe(64);
});
