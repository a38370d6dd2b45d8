/**
 * Damaged and odd metadata before the real dnf and before us. What dnf reads we read, packages, dependencies and modules alike, or the
 * difference has its reason in `metadata-differences.ts`; and whatever we read is held by digests, however odd it is.
 */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isAppError, messageOf } from '../../src/base/errors.ts';
import { snapshotRpm } from '../../src/metadata/snapshot-rpm.ts';
import { resolveModules } from '../../src/rpm/modules/module-state.ts';
import { formatRpmDependency, RPM_DEPENDENCY_KINDS, type RpmPackage } from '../../src/rpm/package/rpm-package.ts';
import { type Mutation, mutations } from '../lab/upstreams/mutate-metadata.ts';
import { type OddRepository, repomdOf, SOUND, writeOddRepository } from '../lab/upstreams/odd-metadata.ts';
import { elUpstream, POLICY, toyDownloader } from '../lab/upstreams/toy-build.ts';
import { hasDnf } from '../support/dnf-oracle.ts';
import { type Reading, type ReadPackage, readByDnf } from '../support/dnf-reader.ts';
import { seedOfRun, sizeOf, tellCounts } from '../support/long-tests.ts';
import { judge, type OurReading } from '../support/metadata-differences.ts';
import { seededRandom } from '../support/version-pairs.ts';

if (!hasDnf() && process.env.CI === 'true') throw new Error('needed and absent: python3-dnf');
if (!hasDnf()) console.log('skipped: python3-dnf absent');

const UNSIGNED = { mode: 'unsigned', packagesSigned: false, fingerprints: [], pinned: false, keyrings: [], keyUrls: [] } as const;
const KINDS = ['repomd', 'primary', 'modules'] as const;
const MINUTES = 60_000;

interface Case {
  readonly kind: (typeof KINDS)[number];
  readonly mutation: Mutation;
  readonly repository: OddRepository;
}

function casesOf(kind: Case['kind'], random: () => number, count: number): Case[] {
  const sound = kind === 'repomd' ? repomdOf(SOUND) : SOUND[kind].toString();
  return mutations(sound, kind === 'modules' ? 'yaml' : 'xml', random, count).map((mutation) => ({
    ...{ kind, mutation },
    repository: { ...SOUND, [kind]: mutation.bytes },
  }));
}

/** As dnf prints it. */
function shown(pkg: RpmPackage): ReadPackage {
  const { name, epoch, version, release, arch, checksum, location } = pkg;
  const list = (kind: (typeof RPM_DEPENDENCY_KINDS)[number]) => [...new Set(pkg[kind].map(formatRpmDependency))];
  return {
    ...{ provides: list('provides'), requires: list('requires'), conflicts: list('conflicts'), obsoletes: list('obsoletes') },
    ...{ suggests: list('suggests'), enhances: list('enhances'), recommends: list('recommends'), supplements: list('supplements') },
    ...{ nevra: `${name}-${epoch}:${version}-${release}.${arch}`, checksum: `${checksum.algorithm}:${checksum.hex}`, location },
  };
}

/** As `resolve` reads an upstream that signs nothing. */
async function readByUs(url: string): Promise<OurReading> {
  const toy = await toyDownloader();
  try {
    const { upstreams } = await snapshotRpm([await elUpstream(url, { trust: UNSIGNED })], 9, toy.downloader, POLICY, toy.context);
    const packages = upstreams.flatMap(({ packages: index }) => [...index.numbers()].map((at) => index.package(at)));
    const documents = upstreams.flatMap(({ modules }) => (modules === null ? [] : [modules]));
    const state = resolveModules(documents, { platform: 'el9', arch: 'x86_64', chosen: new Map() });
    const builds = documents.flatMap(({ streams }) => streams);
    const names = new Set(builds.map(({ name }) => name));
    const defaults = documents.flatMap((one) => one.defaults).filter(({ module, stream }) => names.has(module) && stream !== null);
    const documentsRead = [
      ...builds.map(({ name, stream, version, context, arch }) => [name, stream, version, context, arch].join(':')),
      ...defaults.map(({ module, stream }) => `${module}=${stream}`),
    ];
    return {
      packages: packages.map(shown),
      visible: packages.filter((pkg) => state.whyHidden(pkg) === null).map((pkg) => shown(pkg).nevra),
      documents: [...new Set(documentsRead)],
      streams: [...state.active].map((pair) => pair.join(':')),
      warnings: toy.warnings(),
    };
  } catch (error) {
    if (!isAppError(error)) throw error;
    return { error: `${error.code} ${messageOf(error)}`, warnings: toy.warnings() };
  }
}

/** Digests that must stand in what vouches for them, in a repository that we read. */
function missingDigests({ repository: { repomd, primary } }: Case, read: Reading): string[] {
  if ('error' in read) return [];
  const digestIn = (bytes: Buffer, root: Buffer | null) =>
    root === null ||
    ['sha256', 'sha512', 'sha384', 'sha224', 'sha1'].some((name) => textOf(root).includes(createHash(name).update(bytes).digest('hex')));
  const unknown = read.packages.map(({ checksum }) => checksum?.split(':')[1] ?? 'none').filter((hex) => !textOf(primary).includes(hex));
  return [...(digestIn(primary, repomd) ? [] : ['primary']), ...unknown];
}

function textOf(bytes: Buffer): string {
  return bytes.toString(bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf16le' : 'utf8').toLowerCase();
}

describe.skipIf(!hasDnf())('damaged and odd metadata', () => {
  let dir: string;
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'dnf-metadata-'));
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  it('whose undamaged form both read alike', async () => {
    writeOddRepository(join(dir, 'sound'), SOUND);
    const url = `file://${dir}/sound`;
    const [theirs] = readByDnf([url], RPM_DEPENDENCY_KINDS);
    const ours = await readByUs(url);
    expect(ours).toMatchObject({ streams: ['cache:7', 'web:1'], packages: { length: 5 }, warnings: [] });
    expect(judge('primary', theirs!, ours)).toEqual({ why: 'the same: read' });
  });

  it.each(KINDS)('of %s is read as dnf reads it, or there is a reason', { timeout: 40 * MINUTES }, async (kind) => {
    const seed = seedOfRun() + KINDS.indexOf(kind);
    const cases = casesOf(kind, seededRandom(seed), Math.round(sizeOf('dnf-metadata') / KINDS.length));
    const urls = cases.map(({ repository }, at) => {
      writeOddRepository(join(dir, kind, String(at)), repository);
      return `file://${join(dir, kind, String(at))}`;
    });
    const theirs = readByDnf(urls, RPM_DEPENDENCY_KINDS);
    const counts = new Map<string, number>();
    const unexplained: string[] = [];
    for (const [at, one] of cases.entries()) {
      const ours = await readByUs(urls[at]!);
      const judged = judge(kind, theirs[at]!, ours);
      const what = `${kind} ${at}, ${one.mutation.operator}`;
      if ('why' in judged) counts.set(judged.why, (counts.get(judged.why) ?? 0) + 1);
      else unexplained.push(`${what}: ${judged.unexplained}`);
      unexplained.push(...missingDigests(one, ours).map((digest) => `${what}: nothing vouches for ${digest}`));
    }
    expect(unexplained, `seed ${seed}`).toEqual([]);
    tellCounts('dnf-metadata', Object.fromEntries([...counts].map(([why, count]) => [`${kind}, ${why}`, count])));
  });
});
