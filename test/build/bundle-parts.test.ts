import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findAssets, findInstaller } from '../../src/build/bundle-parts.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'bundle-parts-'));
});
afterEach(() => rmSync(root, { recursive: true }));

function write(...paths: readonly string[]): void {
  for (const path of paths) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), path);
  }
}

describe('the assets of a bundle', () => {
  it('are the files of their directory, sorted, with their sizes', async () => {
    write('rules/node.yml', 'dashboards/home.json', 'rules/.gitkeep');
    const found = await findAssets(root);
    expect(found.map(({ path, sizeBytes }) => [path, sizeBytes])).toEqual([
      ['dashboards/home.json', 20],
      ['rules/node.yml', 14],
    ]);
  });

  it('are none where there is no such directory', async () => {
    expect(await findAssets(join(root, 'none'))).toEqual([]);
  });

  it.each(['dashboards/Node.json', 'rules/node.yaml', 'portal/logo.svg'])('%s is refused: nothing would use it', async (path) => {
    write('dashboards/home.json', path);
    await expect(findAssets(root)).rejects.toMatchObject({ code: 'BUNDLE_INVALID', message: expect.stringContaining(`\n  ${path}`) });
  });
});

describe('the installer of a bundle', () => {
  it('is the executable, called as it will be in the bundle', async () => {
    write('pigsty-install-x86_64');
    expect(await findInstaller(join(root, 'pigsty-install-x86_64'))).toMatchObject({ path: 'pigsty-install', sizeBytes: 21 });
  });

  it('is none where none was built, or a directory stands in its place', async () => {
    mkdirSync(join(root, 'directory'));
    expect(await findInstaller(join(root, 'none'))).toBeNull();
    expect(await findInstaller(join(root, 'directory'))).toBeNull();
  });
});
