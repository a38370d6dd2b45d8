/** A root with nothing in it but an rpm database, on which the real dnf installs toy packages from a bundle's tree. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { buildRpmFamily } from '../upstreams/rpm-family.ts';
import { createRepo, modifyRepo, type RpmFixture } from '../upstreams/rpm-fixtures.ts';
import { sha256 } from '../upstreams/toy-archive.ts';
import { type CommandResult, mustRun, runCommand } from './run-command.ts';
import { type StateLab, stateLab } from './state-lab.ts';

/** Programs a test of these hosts needs. */
export const RPM_TOOLS: readonly string[] = ['rpmbuild', 'createrepo_c', 'modifyrepo_c', 'dnf', 'rpm'];

export interface RpmStateLab extends StateLab {
  /** Builds packages that no upstream has and returns their paths. */
  rpms(fixtures: readonly RpmFixture[]): Promise<readonly string[]>;
  /** Path of a package of the upstream by `name-version`, with `.i686` where it is not of x86_64 or noarch. */
  upstreamRpm(label: string): string;
}

/** A lab for EL 9 whose only upstream is an unsigned repository of these packages, with `modules` as its modules.yaml. */
export async function rpmStateLab(fixtures: readonly RpmFixture[], modules = ''): Promise<RpmStateLab> {
  const lab = stateLab('el9', { url: 'file:///nonexistent', signed: [] });
  const repository = join(lab.dir, 'upstream');
  const paths = await buildAll(fixtures, repository);
  await createRepo(repository);
  if (modules !== '') await modifyRepo(repository, 'modules', lab.write('modules.yaml', modules));
  const overlay = readFileSync(join(lab.dir, 'overlay.yaml'), 'utf8');
  lab.write('overlay.yaml', overlay.replace('file:///nonexistent', `file://${repository}`));
  let made = 0;
  return {
    ...lab,
    rpms: async (more) => {
      made += 1;
      return buildAll(more, join(lab.dir, `made-${made}`));
    },
    upstreamRpm: (label) => {
      const [name = '', arch] = label.split(/\.(?=i686$)/);
      const isIt = (file: string) =>
        file.startsWith(`${name}-`) && (arch === undefined ? !file.endsWith('.i686.rpm') : file.endsWith(`.${arch}.rpm`));
      const path = paths.find((one) => isIt(basename(one)));
      if (path === undefined) throw new Error(`no ${label} in the upstream`);
      return path;
    },
  };
}

/** Subpackages of one spec have different names and one CPU: one run of rpmbuild for each set of these. */
async function buildAll(fixtures: readonly RpmFixture[], directory: string): Promise<string[]> {
  const sets: { readonly arch: string; readonly members: RpmFixture[] }[] = [];
  for (const fixture of fixtures) {
    const arch = fixture.arch === 'i686' ? 'i686' : 'x86_64';
    const set = sets.find((one) => one.arch === arch && !one.members.some(({ name }) => name === fixture.name));
    if (set === undefined) sets.push({ arch, members: [fixture] });
    else set.members.push(fixture);
  }
  const built: string[] = [];
  for (const { arch, members } of sets) built.push(...(await buildRpmFamily(members, directory, arch)));
  return built;
}

/** Changes the text of the upstream's primary.xml; repomd.xml says what it is then. */
export function changePrimary(lab: StateLab, change: (xml: string) => string): void {
  const repomd = join(lab.dir, 'upstream/repodata/repomd.xml');
  const text = readFileSync(repomd, 'utf8');
  const [section = ''] = /<data type="primary">[\s\S]*?<\/data>/.exec(text) ?? [];
  const href = /href="([^"]+)"/.exec(section)?.[1] ?? '';
  const path = join(lab.dir, 'upstream', href);
  const xml = Buffer.from(change(gunzipSync(readFileSync(path)).toString('utf8')));
  const packed = gzipSync(xml);
  writeFileSync(path, packed);
  const told = section
    .replace(/(<checksum type="sha256">)[^<]*/, `$1${sha256(packed)}`)
    .replace(/(<open-checksum type="sha256">)[^<]*/, `$1${sha256(xml)}`)
    .replace(/(<size>)[^<]*/, `$1${packed.length}`)
    .replace(/(<open-size>)[^<]*/, `$1${xml.length}`);
  writeFileSync(repomd, text.replace(section, told));
}

/** What dnf did on a host, and what rpm has then. */
export interface DnfRun extends CommandResult {
  /** NEVRAs as `rpm -qa` prints them, sorted. */
  readonly installed: readonly string[];
}

/** A host of EL 9. */
export class RpmHost {
  readonly root: string;
  readonly #env: Readonly<Record<string, string>>;

  readonly #lab: StateLab;

  private constructor(lab: StateLab) {
    this.#lab = lab;
    this.root = join(lab.dir, 'host');
    // Debian's rpm keeps its database below HOME.
    this.#env = { HOME: this.root, LC_ALL: 'C.UTF-8' };
  }

  /** A new one with these packages (files), and these files below its root. */
  static async with(lab: StateLab, rpms: readonly string[], files: Readonly<Record<string, string>> = {}): Promise<RpmHost> {
    const host = new RpmHost(lab);
    mkdirSync(host.root, { recursive: true });
    if (rpms.length > 0)
      await mustRun(['rpm', '--root', host.root, '-i', '--justdb', '--nodeps', '--ignorearch', ...rpms], { env: host.#env });
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(host.root, name)), { recursive: true });
      writeFileSync(join(host.root, name), text);
    }
    return host;
  }

  /** What `rpm -qa` prints. */
  async list(format = '%{NAME}-%{VERSION}-%{RELEASE}.%{ARCH}\\n'): Promise<string> {
    return mustRun(['rpm', '--root', this.root, '-qa', '--qf', format], { env: this.#env });
  }

  /** `dnf ARGV` with no other source than the lab's tree, or than its upstream. */
  async dnf(from: 'tree' | 'upstream', ...argv: readonly string[]): Promise<DnfRun> {
    const { dir } = this.#lab;
    const repos = join(dir, `repos-${from}`);
    mkdirSync(repos, { recursive: true });
    const text =
      from === 'tree'
        ? readFileSync(join(dir, 'tree/pigsty.repo'), 'utf8').replaceAll('file:///www/pigsty', `file://${dir}/tree/pigsty`)
        : `[toy]\nname=toy\nbaseurl=file://${dir}/upstream\nenabled=1\ngpgcheck=0\n`;
    writeFileSync(join(repos, 'one.repo'), text);
    const conf = join(this.root, 'etc/dnf/dnf.conf');
    const hasPlugins = existsSync(join(this.root, 'etc/dnf/plugins'));
    const settings = {
      reposdir: repos,
      cachedir: join(dir, `cache-${from}`),
      logdir: dir,
      module_platform_id: 'platform:el9',
      pluginconfpath: join(this.root, 'etc/dnf/plugins'),
      install_weak_deps: '0',
    };
    const done = await runCommand(
      [
        ...[
          'dnf',
          '-y',
          '--installroot',
          this.root,
          '--releasever=9',
          '--forcearch=x86_64',
          hasPlugins ? '--disableplugin=local' : '--noplugins',
        ],
        ...(existsSync(conf) ? ['-c', conf] : []),
        ...Object.entries(settings).map(([key, value]) => `--setopt=${key}=${value}`),
        ...argv,
      ],
      { env: this.#env },
    );
    return { ...done, installed: (await this.list()).trim().split('\n').sort() };
  }
}
