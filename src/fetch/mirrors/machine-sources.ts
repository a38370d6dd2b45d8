/** Reads how this machine's own package manager reaches its archives. The only file here that looks outside the store and the request. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { compareCodeUnits } from '../../base/compare.ts';
import { type AptSource, parseAptList, parseAptProxies, parseAptSources } from './apt-sources.ts';
import { type DnfRepo, parseDnfRepos } from './dnf-repos.ts';

/** What {@link readMachineSources} found; all empty on a machine with neither apt nor dnf. */
export interface MachineSources {
  readonly apt: readonly AptSource[];
  /** Proxies apt uses, for those who have not set any for us. May carry credentials. */
  readonly aptProxies: { readonly http?: string; readonly https?: string };
  readonly dnf: readonly DnfRepo[];
  /** `ID` of os-release: `debian`, `rocky`… `''` when unknown. */
  readonly osId: string;
  /** `VERSION_ID` of os-release up to the first dot. */
  readonly osMajor: string;
  /** Values of /etc/dnf/vars and /etc/yum/vars. */
  readonly dnfVars: Readonly<Record<string, string>>;
}

const MOST_BYTES = 1024 * 1024;

/** The configuration below `root` (`/` for this machine). Files that cannot be read, or are absurdly large, count as absent. */
export async function readMachineSources(root = '/'): Promise<MachineSources> {
  const read = (path: string): Promise<string> => readText(join(root, path));
  const readAll = async (dir: string, pattern: RegExp): Promise<Named[]> => readDir(join(root, dir), pattern);
  const [mainList, lists, stanzas, mainConf, confs, repos, dnfVars, yumVars, osRelease] = await Promise.all([
    read('etc/apt/sources.list'),
    readAll('etc/apt/sources.list.d', /\.list$/),
    readAll('etc/apt/sources.list.d', /\.sources$/),
    read('etc/apt/apt.conf'),
    readAll('etc/apt/apt.conf.d', /^[\w-]+(?:\.conf)?$/),
    readAll('etc/yum.repos.d', /\.repo$/),
    readAll('etc/dnf/vars', /^\w+$/),
    readAll('etc/yum/vars', /^\w+$/),
    read('etc/os-release').then((text) => text || read('usr/lib/os-release')),
  ]);
  const field = (name: string): string => new RegExp(`^${name}="?([^"\\n]*)"?$`, 'm').exec(osRelease)?.[1] ?? '';
  return {
    apt: [
      ...parseAptList(mainList),
      ...lists.flatMap(({ text }) => parseAptList(text)),
      ...stanzas.flatMap(({ text }) => parseAptSources(text)),
    ],
    aptProxies: Object.assign({}, ...confs.map(({ text }) => parseAptProxies(text)), parseAptProxies(mainConf)),
    dnf: repos.flatMap(({ text }) => parseDnfRepos(text)),
    osId: field('ID'),
    osMajor: field('VERSION_ID').split('.')[0] ?? '',
    dnfVars: Object.fromEntries([...yumVars, ...dnfVars].map(({ name, text }) => [name, text.trim()])),
  };
}

interface Named {
  readonly name: string;
  readonly text: string;
}

async function readText(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return text.length > MOST_BYTES ? '' : text;
}

async function readDir(dir: string, pattern: RegExp): Promise<Named[]> {
  const names = await readdir(dir).catch((): string[] => []);
  const wanted = names.filter((name) => pattern.test(name)).sort(compareCodeUnits);
  return Promise.all(wanted.map(async (name) => ({ name, text: await readText(join(dir, name)) })));
}
