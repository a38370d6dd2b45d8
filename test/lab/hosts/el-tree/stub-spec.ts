/**
 * One spec file (rpm-spec(5)) whose subpackages stand in for Enterprise Linux' base packages: EL names, versions and triggers over the
 * files of a Debian tree. rpm itself derives the library capabilities from those files, so they are true.
 */
import type { InstalledDeb } from './deb-inventory.ts';
import { elNameOf, elProvidesOf, elVersionOf } from './el-names.ts';
import type { ElRelease } from './el-release.ts';

const GLOBALS = [
  ...['debug_package', '__os_install_post', '__python_provides', '__python_requires', '__perl_provides', '__perl_requires'],
  ...['__perllib_provides', '__perllib_requires', '__pythondist_provides', '__pythondist_requires', '__pkgconfig_provides'],
  ...['__pkgconfig_requires', '__pythonname_provides'],
].map((name) => `%global ${name} %{nil}`);

const SETTINGS = [
  '%global _build_id_links none',
  '%global _binary_payload w.ufdio',
  '%global _binaries_in_noarch_packages_terminate_build 0',
  '%global _unpackaged_files_terminate_build 0',
  '%global __requires_exclude ^(libatm|/bin/dash|/lib/runit)',
];

/** What rpm of the real systems does after a transaction; the tree's own packages have to do it here. */
const TRIGGERS: Readonly<Record<string, readonly (readonly [paths: string, command: string])[]>> = {
  systemd: [
    ['/usr/lib/systemd/system/ /etc/systemd/system/', 'systemctl daemon-reload || :'],
    ['/usr/lib/sysusers.d/', 'systemd-sysusers || :'],
    ['/usr/lib/tmpfiles.d/', 'systemd-tmpfiles --create || :'],
  ],
  'glibc-common': [['/usr/lib64 /usr/lib', '/usr/sbin/ldconfig || :']],
};

interface Stub {
  readonly name: string;
  readonly version: string;
  readonly epoch: number | undefined;
  readonly files: readonly string[];
}

/** The text of the spec, and for each subpackage its list of files (for `%files -f`), by name. `stage` is the tree to take files from. */
export function formatStubSpec(
  debs: readonly InstalledDeb[],
  release: ElRelease,
  stage: string,
): { readonly spec: string; readonly lists: ReadonlyMap<string, string> } {
  const stubs = mergeStubs(debs, release);
  const lists = new Map<string, string>();
  for (const stub of stubs) if (stub.files.length > 0) lists.set(stub.name, `${stub.files.join('\n')}\n`);
  const parts = [
    ...[...GLOBALS, ...SETTINGS, ''],
    ...mainPackage(release),
    ...stubs.flatMap((stub) => subpackage(stub, release)),
    ...['%install', 'mkdir -p %{buildroot}', `cp -a ${stage}/. %{buildroot}/`, ''],
    ...stubs.flatMap((stub) => triggersOf(stub.name)),
    ...stubs.flatMap((stub) => [lists.has(stub.name) ? `%files -n ${stub.name} -f ${stub.name}.list` : `%files -n ${stub.name}`, '']),
    '%files',
  ];
  return { spec: `${parts.join('\n')}\n`, lists };
}

/** Several Debian packages can be one on Enterprise Linux; the first with a version gives it. */
function mergeStubs(debs: readonly InstalledDeb[], release: ElRelease): readonly Stub[] {
  const merged = new Map<string, Stub>();
  for (const deb of debs) {
    const name = elNameOf(deb.name);
    if (name === undefined) continue;
    const known = elVersionOf(name, release);
    const before = merged.get(name);
    merged.set(name, {
      name,
      version: before?.version ?? known?.version ?? rpmVersion(deb.version),
      epoch: known?.epoch,
      files: [...(before?.files ?? []), ...deb.files],
    });
  }
  const bash = merged.get('bash');
  if (bash !== undefined) merged.set('bash', { ...bash, files: [...bash.files, '/usr/bin/sh'] });
  return [...merged.values()];
}

function mainPackage({ major, version }: ElRelease): readonly string[] {
  const provides = [
    `system-release(releasever) = ${major}`,
    `system-release = ${version}`,
    'redhat-release',
    `base-module(platform:el${major})`,
  ];
  return [
    ...['Name: rocky-release', `Version: ${version}`, `Release: 1.el${major}`, 'Summary: Look-alike release package', 'License: None'],
    ...provides.map((capability) => `Provides: ${capability}`),
    ...['%description', 'Look-alike of a release package, for tests.', ''],
  ];
}

function subpackage(stub: Stub, release: ElRelease): readonly string[] {
  return [
    `%package -n ${stub.name}`,
    ...(stub.epoch === undefined ? [] : [`Epoch: ${stub.epoch}`]),
    ...[`Version: ${stub.version}`, `Release: 100.el${release.major}`, `Summary: Stands in for ${stub.name}`],
    ...elProvidesOf(stub.name, release).map((capability) => `Provides: ${capability}`),
    ...[`%description -n ${stub.name}`, `Stands in for ${stub.name}, for tests.`, ''],
  ];
}

function triggersOf(name: string): readonly string[] {
  return (TRIGGERS[name] ?? []).flatMap(([paths, command]) =>
    ['in', 'postun'].flatMap((kind) => [`%transfiletrigger${kind} -n ${name} -P 900900 -- ${paths}`, command, '']),
  );
}

/** Debian's upstream version in the characters rpm allows. */
function rpmVersion(debianVersion: string): string {
  return debianVersion
    .replace(/^\d+:/, '')
    .replace(/-[^-]*$/, '')
    .replaceAll('-', '.');
}
