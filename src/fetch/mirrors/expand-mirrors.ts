/**
 * Which mirrors to ask for an upstream, and in which order. `auto` puts the mirror this machine's apt or dnf already uses for the same
 * archive first: where a company has a mirror, it is often the only one that can be reached. The upstream's own URLs always remain as the
 * last resort. Nothing is trusted for it: signatures and digests are the upstream's whoever serves the bytes. Pure.
 */
import { type PublicArchive, publicArchiveOf } from '../../base/public-archives.ts';
import { type DnfRepo, substituteDnfVars } from './dnf-repos.ts';
import type { MachineSources } from './machine-sources.ts';

/** What is known of an upstream besides its URLs. Only dnf's repositories need it. */
export interface MirrorSubject {
  /** dnf's id (`baseos`) and the release (`9`) and CPU (`x86_64`) wanted. */
  readonly dnf?: { readonly repoId: string; readonly releasever: string; readonly basearch: string };
}

/** Policy and what it needs. */
export interface MirrorOptions extends MirrorSubject {
  /** `auto`: the machine's mirror first · `none`: as the manifest says. */
  readonly mirrors: 'auto' | 'none';
  readonly machine: MachineSources;
}

/**
 * The base URLs to try, best first, without duplicates and without trailing slashes; `urls` are all among them.
 *
 * @example
 * // on a machine whose apt reads http://mirror.example.test/debian bookworm
 * expandMirrors(['http://ftp.debian.org/debian'], { mirrors: 'auto', machine })
 * // ['http://mirror.example.test/debian', 'http://ftp.debian.org/debian']
 */
export function expandMirrors(urls: readonly string[], options: MirrorOptions): string[] {
  const own = urls.map(withoutSlash);
  const { mirrors, machine } = options;
  if (mirrors === 'none') return [...new Set(own)];
  const local = own.flatMap((url) => [...aptMirrorsFor(url, machine), ...dnfMirrorsFor(url, options)]);
  return [...new Set([...local, ...own])];
}

const PUBLISHER = /\.(?:debian\.org|ubuntu\.com)$/;

/** Suites that only Debian's or Ubuntu's own archive has: a path that ends in `/debian` may belong to any vendor. */
const DEBIAN_SUITE = /^(?:buster|bullseye|bookworm|trixie|forky|duke|sid|oldoldstable|oldstable|stable|testing|unstable)(?:-|\/|$)/;
const UBUNTU_SUITE = /^(?:bionic|focal|jammy|noble|plucky|questing|resolute)(?:-|$)/;
const SECURITY_SUITE = /^[a-z]+(?:-security|\/updates)$/;

/** Which archives a source of this machine's apt serves, by its public name or by the shape of its path and its suites. */
function archivesOf(uri: string, suites: readonly string[]): readonly PublicArchive[] {
  const known = publicArchiveOf(uri);
  if (known !== undefined) return [known];
  const { hostname, pathname } = new URL(uri);
  if (PUBLISHER.test(hostname)) return []; // snapshots, archived releases: the publisher's, but not this archive
  const path = withoutSlash(pathname);
  if (path.endsWith('/debian-security') && suites.some((suite) => DEBIAN_SUITE.test(suite))) return ['debian-security'];
  if (path.endsWith('/debian') && suites.some((suite) => DEBIAN_SUITE.test(suite) && !SECURITY_SUITE.test(suite))) return ['debian'];
  if (path.endsWith('/ubuntu-ports')) return ['ubuntu-ports'];
  if (path.endsWith('/ubuntu') && suites.some((suite) => UBUNTU_SUITE.test(suite))) {
    // A mirror of the main archive has the security suites too; one configured for those alone need not have the rest.
    return suites.every((suite) => SECURITY_SUITE.test(suite)) ? ['ubuntu-security'] : ['ubuntu', 'ubuntu-security'];
  }
  return [];
}

function aptMirrorsFor(url: string, machine: MachineSources): string[] {
  const archive = publicArchiveOf(url);
  if (archive === undefined) return [];
  return machine.apt.filter(({ uri, suites }) => URL.canParse(uri) && archivesOf(uri, suites).includes(archive)).map(({ uri }) => uri);
}

/** Who made an EL distribution, by its mirrors' paths: rebuilds share repository ids but neither packages nor keys. */
const VENDORS: readonly (readonly [RegExp, string])[] = [
  [/rocky/i, 'rocky'],
  [/almalinux/i, 'almalinux'],
  [/centos/i, 'centos'],
  [/\/epel\//i, 'epel'],
];

function vendorOf(url: string): string | undefined {
  return VENDORS.find(([pattern]) => pattern.test(url))?.[1];
}

/** dnf's mirror counts only for the machine's own major release, the same repository id and the same vendor. */
function dnfMirrorsFor(url: string, { machine, dnf }: MirrorOptions): string[] {
  if (dnf === undefined || dnf.releasever.split('.')[0] !== machine.osMajor) return [];
  const vendor = vendorOf(url);
  const vars = {
    ...machine.dnfVars,
    releasever: dnf.releasever,
    releasever_major: machine.osMajor,
    basearch: dnf.basearch,
    arch: dnf.basearch,
  };
  const candidates = machine.dnf
    .filter(({ id }: DnfRepo) => id.toLowerCase() === dnf.repoId.toLowerCase())
    .flatMap(({ baseurls }) => baseurls.map((base) => substituteDnfVars(base, vars)));
  return candidates.filter((base) => base !== undefined && vendor !== undefined && vendorOf(base) === vendor) as string[];
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, '');
}
