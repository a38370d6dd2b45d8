/**
 * Many small RPMs from one run of rpmbuild: each is a subpackage of one spec (rpm-spec(5)). A hundred times as quick as a run each; what
 * needs a scriptlet or a file tree of its own goes to `buildRpms`.
 */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DEFINES, fileLine, type RpmFixture, stageFiles, tagLines } from './rpm-fixtures.ts';

const run = promisify(execFile);

/**
 * Builds every fixture into `outDir`, for `arch` where it is not noarch; names must be unique. Returns the paths, sorted. `scripts`, `tree`
 * and `url` are refused.
 */
export async function buildRpmFamily(fixtures: readonly RpmFixture[], outDir: string, arch = 'x86_64'): Promise<string[]> {
  await mkdir(outDir, { recursive: true });
  const work = await mkdtemp(join(outDir, '.family-'));
  try {
    const [stage, rpms, spec] = ['stage', 'rpms', 'family.spec'].map((name) => join(work, name)) as [string, string, string];
    await stageFiles(
      fixtures.flatMap((fixture) => fixture.files ?? []),
      stage,
    );
    await writeFile(spec, formatFamily(fixtures, stage));
    const defines = [...DEFINES, `_topdir ${work}`, `_rpmdir ${rpms}`, '_binary_payload w3.zstdio'];
    const args = defines.flatMap((define) => ['--define', define]);
    const env = { ...process.env, HOME: work, LC_ALL: 'C.UTF-8', SOURCE_DATE_EPOCH: '1700000000' };
    await run('rpmbuild', ['-bb', '--quiet', '--nocheck', '--target', `${arch}-redhat-linux`, ...args, spec], { env, maxBuffer: 1 << 28 });
    const names = (await readdir(rpms)).sort();
    if (names.length !== fixtures.length) throw new Error(`rpmbuild made ${names.length} of ${fixtures.length} packages`);
    for (const name of names) await rename(join(rpms, name), join(outDir, name));
    return names.map((name) => join(outDir, name));
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

function formatFamily(fixtures: readonly RpmFixture[], stage: string): string {
  return [
    ...[
      'Name: family',
      'Version: 1',
      'Release: 1',
      'Summary: Not built',
      'License: MIT',
      'AutoReqProv: no',
      '%description',
      'Not built.',
      '',
    ],
    ...fixtures.flatMap(member),
    ...['%install', `mkdir -p %{buildroot}; cp -a '${stage}/.' %{buildroot}/`, ''],
    ...fixtures.flatMap(({ name, files = [] }) => [`%files -n ${name}`, ...files.map(fileLine), '']),
  ].join('\n');
}

function member(fixture: RpmFixture): readonly string[] {
  const { name, epoch, version = '1.0', release = '1.el9', arch = 'noarch' } = fixture;
  if (fixture.scripts !== undefined || fixture.tree !== undefined) throw new Error(`${name} cannot be a member of a family`);
  return [
    `%package -n ${name}`,
    // Without one of its own a subpackage would inherit what stands above it.
    ...(epoch === undefined ? [] : [`Epoch: ${epoch}`]),
    ...[`Version: ${version}`, `Release: ${release}`],
    ...(arch === 'noarch' ? ['BuildArch: noarch'] : []),
    ...tagLines(fixture),
    `%description -n ${name}`,
    `Made for a test: ${name}.`,
    '',
  ];
}
