/** A root with nothing in it but a dpkg database, on which the real apt and dpkg install toy packages from a bundle's tree. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Fact } from '../../../src/facts/fact.ts';
import { installedPackages, packageRules } from '../../../src/facts/packages.ts';
import { buildDeb, type ControlFields, formatControl } from '../embedded/tiny-deb.ts';
import { sha256, TOY_DATE_SEC } from '../upstreams/toy-archive.ts';
import { type CommandResult, mustRun, runCommand } from './run-command.ts';
import { type StateLab, stateLab } from './state-lab.ts';

/** A package: `name version`, control fields, and fields its index has in place of them (empty: left out). */
export type HostDeb = readonly [nameAndVersion: string, fields?: ControlFields, index?: ControlFields];

/** A lab for Debian 12 whose only upstream is an unsigned archive of these packages. */
export function debStateLab(packages: readonly HostDeb[]): StateLab {
  const lab = stateLab('d12', { url: 'file:///nonexistent', suite: './', signed: [] });
  const index = packages.map(([nameAndVersion, fields = {}, said = {}]) => {
    const control = controlOf(nameAndVersion, fields);
    const bytes = buildDeb(control, { [`/usr/share/${control.Package}`]: nameAndVersion }, TOY_DATE_SEC);
    const file = `${control.Package}_${control.Version}_${control.Architecture}.deb`;
    put(join(lab.dir, 'upstream', file), bytes);
    const listed = Object.entries({ ...control, ...said, Filename: `./${file}`, Size: String(bytes.length), SHA256: sha256(bytes) });
    return formatControl(Object.fromEntries(listed.filter(([, value]) => value !== '')));
  });
  const text = index.join('\n');
  put(join(lab.dir, 'upstream/Packages'), Buffer.from(text));
  const date = new Date(TOY_DATE_SEC * 1000).toUTCString();
  // As the tree we make, so that a pin means the one as the other.
  const names = ['Origin', 'Label', 'Suite', 'Codename'].map((field) => `${field}: pigsty\n`).join('');
  const release = `${names}Date: ${date}\nSHA256:\n ${sha256(Buffer.from(text))} ${Buffer.byteLength(text)} Packages\n`;
  put(join(lab.dir, 'upstream/Release'), Buffer.from(release));
  const overlay = readFileSync(join(lab.dir, 'overlay.yaml'), 'utf8');
  lab.write('overlay.yaml', overlay.replace('file:///nonexistent', `file://${lab.dir}/upstream`));
  return lab;
}

/** A stanza of a dpkg status file; `state` as dpkg writes it: `install ok installed`, `hold ok installed`. */
export function statusStanza(nameAndVersion: string, fields: ControlFields = {}, state = 'install ok installed'): string {
  const { Package = '', ...rest } = controlOf(nameAndVersion, fields);
  return formatControl({ Package, Status: state, ...rest });
}

function controlOf(nameAndVersion: string, fields: ControlFields): ControlFields {
  const [name = '', version = '1'] = nameAndVersion.split(' ');
  const head = { Package: name, Version: version, Architecture: 'amd64', Maintainer: 'Toy <toy@example.test>' };
  return { ...head, ...fields, Description: `toy ${name}` };
}

/** What apt did on a host, and what dpkg has then. */
export interface AptRun extends CommandResult {
  /** `name version status` of every package, sorted. */
  readonly installed: readonly string[];
}

/** Installs `names` with the real apt on a root with this status, from the lab's tree alone; `etc` are files below etc/apt. */
export async function aptInstall(
  lab: StateLab,
  status: string,
  names: readonly string[],
  etc: Readonly<Record<string, string>> = {},
): Promise<AptRun> {
  const root = join(lab.dir, 'root');
  for (const name of ['info', 'updates', 'triggers', 'parts']) mkdirSync(join(root, 'var/lib/dpkg', name), { recursive: true });
  for (const name of [
    'var/lib/apt/lists/partial',
    'var/cache/apt/archives/partial',
    'etc/apt/preferences.d',
    'etc/apt/apt.conf.d',
    'var/log/apt',
  ])
    mkdirSync(join(root, name), { recursive: true });
  put(join(root, 'var/lib/dpkg/status'), Buffer.from(status));
  put(join(root, 'var/lib/dpkg/available'), Buffer.from(''));
  const waiting = [...status.matchAll(/^Package: (.*)$/gm)].map(([, name]) => name ?? '');
  for (const name of waiting) put(join(root, `var/lib/dpkg/info/${name}.list`), Buffer.from('/.\n'));
  put(join(root, 'etc/apt/sources.list'), Buffer.from(`deb [trusted=yes] file:${lab.dir}/tree/pigsty ./\n`));
  for (const [name, text] of Object.entries(etc)) put(join(root, 'etc/apt', name), Buffer.from(text));
  const conf = [
    `Dir "${root}";`,
    `Dir::State::status "${root}/var/lib/dpkg/status";`,
    `DPkg::Options { "--root=${root}"; "--force-not-root"; "--force-script-chrootless"; };`,
    'Dir::Bin::dpkg "/usr/bin/dpkg";',
    'APT::Architecture "amd64";\nAPT::Architectures { "amd64"; };',
    'APT::Sandbox::User "root";\nAcquire::Languages "none";\nDebug::NoLocking "true";\nDpkg::Use-Pty "0";',
    'APT::Install-Recommends "false";',
  ];
  put(join(root, 'apt.conf'), Buffer.from(`${conf.join('\n')}\n`));
  const env = { APT_CONFIG: join(root, 'apt.conf'), DEBIAN_FRONTEND: 'noninteractive' };
  const updated = await runCommand(['apt-get', '-q', 'update'], { env });
  const done = updated.status === 0 ? await runCommand(['apt-get', '-q', '-y', 'install', ...names], { env }) : updated;
  const format = ['Package', 'Version', 'Status'].map((field) => `\${${field}}`).join(' ');
  const listed = await runCommand(['dpkg-query', `--admindir=${root}/var/lib/dpkg`, '-W', '-f', `${format}\\n`]);
  return { ...done, installed: listed.stdout.trim().split('\n').sort() };
}

/** What `facts --json` says of packages on the root of the last {@link aptInstall}: the real questions, its directories in place. */
export async function captureFacts(lab: StateLab): Promise<string> {
  const ask = async <T>({ script, parse }: Fact<T>): Promise<T> => {
    const binds = ['etc/apt', 'var/lib/dpkg'].map((path) => `mount --bind '${lab.dir}/root/${path}' /${path}`).join(' && ');
    return parse(await mustRun(['unshare', '--mount', 'sh', '-c', `${binds} && exec sh`], { input: script }));
  };
  const { packages, ...rest } = await ask(installedPackages);
  const facts = { packages: Object.fromEntries(packages), ...rest, packageRules: await ask(packageRules) };
  return `${JSON.stringify({ type: 'result', facts })}\n`;
}

function put(path: string, bytes: Buffer): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
}
