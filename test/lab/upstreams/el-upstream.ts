/** A signed RPM upstream on disk, built by the real tools, and the overlay that puts it in the place of all others. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { ownManifest } from '../embedded/profile-requests.ts';
import { buildRpms, createRepo, endGnupg, makeTestKey, type RpmFixture, type RpmTestKey, signRepomd, signRpms } from './rpm-fixtures.ts';

/** What a test gets. */
export interface ElUpstream {
  /** Scratch directory; the upstream is `upstream/` in it, the overlay `overlay.yaml`. */
  readonly dir: string;
  readonly repository: string;
  readonly overlayPath: string;
  readonly key: RpmTestKey;
}

/**
 * Builds and signs `fixtures`; `signed` says what the overlay claims the upstream signs. `upstream` changes fields of its entry; `wanted`
 * is profile `trial`.
 */
export async function makeElUpstream(
  fixtures: readonly RpmFixture[],
  signed: readonly ('metadata' | 'packages')[],
  upstream: Readonly<Record<string, unknown>> = {},
  wanted: readonly string[] = ['app'],
): Promise<ElUpstream> {
  const key = await makeTestKey('Upstream <upstream@example.test>');
  const dir = await mkdtemp(join(tmpdir(), 'el-upstream-'));
  const repository = join(dir, 'upstream');
  const overlayPath = join(dir, 'overlay.yaml');
  const made = { dir, repository, overlayPath, key };
  try {
    const paths = await buildRpms(fixtures, repository);
    if (signed.includes('packages')) await signRpms(paths, key);
    await createRepo(repository);
    if (signed.includes('metadata')) await signRepomd(repository, key);
    await writeFile(overlayPath, formatOverlay(repository, key, signed, upstream, wanted));
    return made;
  } catch (error) {
    await removeElUpstream(made);
    throw error;
  }
}

/** Ends the key's agent and removes everything. */
export async function removeElUpstream({ dir, key }: ElUpstream): Promise<void> {
  await endGnupg(key);
  await rm(dir, { recursive: true, force: true });
}

function formatOverlay(
  repository: string,
  key: RpmTestKey,
  signed: readonly string[],
  upstream: Readonly<Record<string, unknown>>,
  wanted: readonly string[],
): string {
  const { upstreams } = ownManifest({ distro: 'el9', arch: 'x86_64' }, 'pigsty');
  const trust = signed.length === 0 ? {} : { key: 'test', signed };
  return stringify({
    schema: 1,
    disable: upstreams.map(({ name }) => name),
    keys: { test: { fingerprints: [key.fingerprint], keyrings: [key.publicKeyPath], urls: [] } },
    upstreams: [{ name: 'test', url: `file://${repository}`, ...trust, ...upstream }],
    profiles: { trial: { description: 'for tests', packages: wanted } },
  });
}
