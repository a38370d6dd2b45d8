/**
 * Root trees that behave like Enterprise Linux 8, 9 and 10 towards packages and installers: real rpm and dnf, a full rpm database,
 * EL's systemd habits. Made of Debian packages only: programs and libraries are Debian's, there is no SELinux and no kernel.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TreeRecipe } from '../base-tree.ts';
import { debianSources } from '../debian-mirror.ts';
import { bootstrapDebian } from '../debian-tree.ts';
import { mustRun, runCommand } from '../run-command.ts';
import { readDebInventory } from './deb-inventory.ts';
import { EL_RELEASES, type ElName, type ElRelease, elPackages } from './el-release.ts';
import { formatStubSpec } from './stub-spec.ts';

const HERE = new URL('.', import.meta.url).pathname;

/** The recipe of a look-alike tree. Building one takes about a minute and needs rpmbuild. */
export function elTreeRecipe(name: ElName): TreeRecipe {
  const release = EL_RELEASES[name];
  const sources = readdirSync(HERE).sort();
  return {
    name,
    identity: sources.map((file) => readFileSync(join(HERE, file), 'utf8')).join('\n'),
    async build(tree) {
      const lines = await debianSources(release.suite);
      await bootstrapDebian({ suite: release.suite, include: elPackages(release).join(','), sources: lines, tree });
      const work = mkdtempSync(join(tmpdir(), 'el-tree-'));
      try {
        const packages = await buildStubs(tree, release, work);
        const script = readFileSync(join(HERE, 'el-configuration.sh'), 'utf8');
        await loadDatabase(tree, packages);
        await mustRun(['chroot', tree, '/bin/bash', '-s', '--', String(release.major), release.version], { input: script });
      } finally {
        rmSync(work, { recursive: true, force: true });
      }
      await assertConsistent(tree);
    },
  };
}

async function buildStubs(tree: string, release: ElRelease, work: string): Promise<readonly string[]> {
  // The look-alike's shell is bash; the stand-in for bash owns the link.
  await mustRun(['ln', '-sf', 'bash', join(tree, 'usr/bin/sh')]);
  const { spec, lists } = formatStubSpec(await readDebInventory(tree), release, tree);
  mkdirSync(join(work, 'BUILD'), { recursive: true });
  writeFileSync(join(work, 'stubs.spec'), spec);
  for (const [name, text] of lists) writeFileSync(join(work, 'BUILD', `${name}.list`), text);
  const defines = {
    _topdir: work,
    _buildshell: '/bin/bash',
    _rpmfilename: '%%{NAME}-%%{VERSION}-%%{RELEASE}.%%{ARCH}.rpm',
    _builddir: join(work, 'BUILD'),
  };
  const flags = Object.entries(defines).flatMap(([name, value]) => ['--define', `${name} ${value}`]);
  await mustRun(['rpmbuild', '-bb', '--quiet', ...flags, join(work, 'stubs.spec')], { timeoutMs: 300_000 });
  const directory = join(work, 'RPMS');
  return readdirSync(directory).map((file) => join(directory, file));
}

async function loadDatabase(tree: string, packages: readonly string[]): Promise<void> {
  const flags = ['--force-debian', '-i', '--justdb', '--noscripts', '--notriggers', '--nodeps', '--nosignature'];
  mkdirSync(join(tree, 'var/lib/rpm'), { recursive: true });
  await mustRun(['rpm', '--root', tree, '--define', '_dbpath /var/lib/rpm', '--define', '_db_backend sqlite', ...flags, ...packages]);
}

/** The rpm database must be free of missing capabilities and conflicts: a solver would stumble over them in every test. */
async function assertConsistent(tree: string): Promise<void> {
  const result = await runCommand(['chroot', tree, 'dnf', '--disablerepo=*', 'check']);
  if (result.status !== 0 || result.stdout.trim() !== '') throw new Error(`dnf check: ${result.stdout}${result.stderr}`);
}
