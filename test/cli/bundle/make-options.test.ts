import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { addMakeOptions, checkMakeOptions, type MakeOptions, placesFor } from '../../../src/cli/bundle/make-options.ts';
import { commandContext } from '../../lab/cli/call-command.ts';
import { toyKey } from '../../lab/upstreams/toy-archive.ts';
import { temporaryDir } from '../../support/fetch-lab.ts';

/** What the command line `argv` amounts to. */
async function check(argv: readonly string[], cwd?: string) {
  const options = addMakeOptions(new Command())
    .parse([...argv], { from: 'user' })
    .opts<MakeOptions>();
  return checkMakeOptions(options, commandContext(cwd ?? (await temporaryDir())));
}

it('the defaults are a tarball here, for the release it serves, with the installer', async () => {
  const dir = await temporaryDir();
  expect(await check([], dir)).toEqual({
    version: 'v4.5.0',
    signer: null,
    outputDir: dir,
    treeDir: null,
    withInstaller: true,
    budgetBytes: null,
  });
});

it('a tree may be all that is made', async () => {
  const dir = await temporaryDir();
  expect(await check(['--no-bundle', '--tree', 'www', '--no-installer'], dir)).toMatchObject({
    outputDir: null,
    treeDir: join(dir, 'www'),
    withInstaller: false,
  });
});

describe('the budget', () => {
  it.each([
    ['0', 0],
    ['4096', 4096],
    ['10K', 10_240],
    ['1.5kb', 1536],
    ['700 MiB', 700 * 2 ** 20],
    ['2GiB', 2 ** 31],
  ])('%s is %d bytes', async (text, bytes) => {
    expect((await check(['--budget', text])).budgetBytes).toBe(bytes);
  });

  it.each(['', 'big', '-1', '1TiB', '1e9', '2GiBB', '1.G', '0x10'])('"%s" is USAGE', async (text) => {
    await expect(check([`--budget=${text}`])).rejects.toMatchObject({
      code: 'USAGE',
      message: `--budget ${text}: expected a size such as 2GiB`,
    });
  });
});

describe('the version', () => {
  it.each(['v4.5.0', '1', 'v4.5.0-rc.1+build_2'])('%s goes into a file name', async (text) => {
    expect((await check(['--bundle-version', text])).version).toBe(text);
  });

  it.each(['', '../x', '-v1', '.hidden', 'a b', 'a/b', 'ü', 'x'.repeat(65)])('"%s" does not: USAGE', async (text) => {
    await expect(check([`--bundle-version=${text}`])).rejects.toMatchObject({ code: 'USAGE' });
  });
});

describe('what is refused', () => {
  it('nothing to make', async () => {
    await expect(check(['--no-bundle'])).rejects.toMatchObject({ code: 'USAGE', message: expect.stringContaining('--tree DIR') });
  });

  it.each(['--output', '--tree'])('%s below a file', async (option) => {
    const dir = await temporaryDir();
    writeFileSync(join(dir, 'file'), '');
    await expect(check([option, 'file/below'], dir)).rejects.toMatchObject({
      code: 'OUTPUT_UNWRITABLE',
      hint: expect.stringContaining(option),
    });
  });

  it('a key that is not there', async () => {
    await expect(check(['--sign', 'none.key'])).rejects.toMatchObject({ code: 'CONFIG_MISSING' });
  });
});

it('a key is read', async () => {
  const dir = await temporaryDir();
  const { key, fingerprint } = await toyKey();
  writeFileSync(join(dir, 'my.key'), key.armor());
  expect((await check(['--sign', 'my.key'], dir)).signer?.fingerprint).toBe(fingerprint);
});

it('installer and assets lie beside the sources', () => {
  expect(placesFor('aarch64', true).installerPath).toMatch(/\/dist\/pigsty-install-aarch64$/);
  expect(placesFor('x86_64', false)).toEqual({ installerPath: null, assetsDir: expect.stringMatching(/\/bundle$/) });
});
