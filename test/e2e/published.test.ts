/** The programs as npm publishes them: one file each, without sources and libraries, does what a clone does. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { xzSync } from 'node-liblzma';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import ownPackage from '../../package.json' with { type: 'json' };
import { layOutPublished } from '../../scripts/build/published.ts';
import { BUILD, BUNDLE, startMirror, toyLab } from '../lab/cli/toy-lab.ts';
import { mustRun } from '../lab/hosts/run-command.ts';
import { toyArchive } from '../lab/upstreams/toy-archive.ts';

const ROOT = new URL('../../', import.meta.url).pathname;

describe('the published programs', () => {
  let dir: string;
  let pigstyBundle: string;
  let pigstyInstall: string;
  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'published-'));
    pigstyBundle = await layOutPublished(ROOT, dir);
    pigstyInstall = pigstyBundle.replace('pigsty-bundle', 'pigsty-install');
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  it('tell their version', async () => {
    expect(await mustRun([process.execPath, pigstyBundle, '--version'])).toBe(`${ownPackage.version}\n`);
    expect(await mustRun([process.execPath, pigstyInstall, '--version'])).toBe(`${ownPackage.version}\n`);
  });

  it('build a bundle from an archive that is served over HTTP and packed with xz, and look into it', async () => {
    const lab = await toyLab();
    const archive = await toyArchive({ packIndex: (index) => ({ 'Packages.xz': xzSync(index) }), omitPlain: true });
    const mirror = await startMirror(archive);
    await lab.overlay([mirror.url]);
    const run = (program: string, ...argv: string[]) => mustRun([process.execPath, program, ...argv], { cwd: lab.dir });
    await run(pigstyBundle, ...BUILD);
    expect(await run(pigstyBundle, 'verify', join('out', BUNDLE))).toContain('intact');
    expect(await run(pigstyInstall, 'plan', '--offline', join('out', BUNDLE))).toContain('unpack');
  });
});
