/** The real Debian metadata this machine's apt has fetched, for comparing our resolver with apt and dose. Nothing is downloaded here. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { DebCandidatePool } from '../../src/deb/candidates/deb-candidate-pool.ts';
import { createDebProvider, type DebProvider } from '../../src/deb/candidates/provider.ts';
import { indexDebPackages } from '../../src/deb/index/deb-package-index.ts';

const MAX_OUTPUT_BYTES = 1 << 30;

/** One Packages file, uncompressed. */
export interface ArchiveIndex {
  readonly suite: string;
  readonly bytes: Buffer;
}

/** Why the comparison cannot run here, or null. Under `CI=true` the caller lets it fail instead of skipping. */
export function whyNoArchive(tools: readonly string[]): string | null {
  const missing = tools.filter((tool) => !existsSync(tool));
  if (missing.length > 0) return `missing ${missing.join(', ')}`;
  return indexTargets().length === 0 ? 'apt has no package lists: run apt-get update' : null;
}

/** The Packages files of apt's own lists, sorted by suite. */
export function readArchive(): ArchiveIndex[] {
  return indexTargets().map(({ suite, file }) => ({
    suite,
    bytes: execFileSync('/usr/lib/apt/apt-helper', ['cat-file', file], { maxBuffer: MAX_OUTPUT_BYTES }),
  }));
}

/** Debian's name of this machine's architecture, which is what its lists are for. */
export function nativeArch(): string {
  return execFileSync('dpkg', ['--print-architecture']).toString().trim();
}

/** Our view of the same files. */
export function providerOf(archive: readonly ArchiveIndex[]): DebProvider {
  const upstreams = archive.map(({ suite, bytes }) => ({ name: suite, index: indexDebPackages(bytes, suite) }));
  return createDebProvider(new DebCandidatePool({ arch: nativeArch(), upstreams }));
}

/** `name`, `version`, `arch` of every stanza. */
export function allPackages(archive: readonly ArchiveIndex[]): { name: string; version: string; arch: string }[] {
  return archive.flatMap(({ bytes }) =>
    bytes
      .toString('utf8')
      .split('\n\n')
      .filter((stanza) => stanza.trim() !== '')
      .map((stanza) => ({ name: field(stanza, 'Package'), version: field(stanza, 'Version'), arch: field(stanza, 'Architecture') })),
  );
}

/** `count` different members, the same for the same seed (mulberry32, Fisher-Yates). */
export function sample<T>(from: readonly T[], count: number, seed: number): T[] {
  const pool = [...from];
  let state = seed;
  const random = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const chosen: T[] = [];
  while (chosen.length < count && pool.length > 0) {
    const at = Math.floor(random() * pool.length);
    chosen.push(pool[at] as T);
    pool[at] = pool.at(-1) as T;
    pool.pop();
  }
  return chosen;
}

function indexTargets(): { suite: string; file: string }[] {
  const listing = execFileSync('apt-get', ['indextargets', '--format', '$(CODENAME) $(COMPONENT) $(FILENAME)', 'Created-By: Packages']);
  return listing
    .toString()
    .split('\n')
    .sort()
    .flatMap((line) => {
      const [codename = '', component = '', file = ''] = line.split(' ');
      return existsSync(file) ? [{ suite: `${codename} ${component}`, file }] : [];
    });
}

function field(stanza: string, name: string): string {
  return new RegExp(`^${name}: (.*)$`, 'm').exec(stanza)?.[1] ?? '';
}
