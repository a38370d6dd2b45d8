/**
 * The packages of a minimal EL installation, kept between runs: finding them is a solve of its own, the same for every request over the
 * same metadata. The key names all that decides: build, metadata by digest, and what the manifest makes of it.
 */
import { createHash } from 'node:crypto';
import type { DistroManifest } from '../config/manifest/distro-manifest.ts';
import type { RpmUpstreamSnapshot } from '../metadata/snapshot-rpm.ts';
import type { StreamChoice } from '../rpm/modules/module-search.ts';
import { readDerived, writeDerived } from '../store/derived-cache.ts';
import type { Store } from '../store/store.ts';

const KIND = 'rpm-minimal';

/** As numbers: the position of the upstream among the snapshots, and the package's number in its index. */
export interface MinimalHost {
  readonly packages: readonly (readonly [upstream: number, at: number])[];
  /** Paths that were asked for and stand in no primary metadata: they are to be looked up as if they had been asked for now. */
  readonly unresolvedPaths: readonly string[];
}

/** Reads and keeps it for one set of metadata. */
export class KeptMinimal {
  readonly #store: Store;
  readonly #key: string;

  private constructor(store: Store, key: string) {
    this.#store = store;
    this.#key = key;
  }

  /** Null for a program that was not built, of which nothing is kept. */
  static of(
    store: Store,
    snapshots: readonly RpmUpstreamSnapshot[],
    modules: StreamChoice,
    manifest: DistroManifest,
    buildId: string | null,
  ): KeptMinimal | null {
    if (buildId === null) return null;
    const upstreams = snapshots.map(({ upstream, digests }) => {
      const { name, priority, cost, excludes, includes, moduleHotfixes } = upstream;
      return [name, priority, cost, excludes, includes, moduleHotfixes, digests];
    });
    const parts = [buildId, manifest.target, manifest.os.major, manifest.pins, [...modules], upstreams];
    return new KeptMinimal(store, createHash('sha256').update(JSON.stringify(parts)).digest('hex'));
  }

  /** What an earlier run kept; null when none did. */
  async read(): Promise<MinimalHost | null> {
    const kept = await readDerived(this.#store, KIND, this.#key);
    return kept === undefined ? null : (JSON.parse(kept.toString('utf8')) as MinimalHost);
  }

  /** @throws {AppError} `STORE_UNWRITABLE`, `DISK_FULL` */
  async write(host: MinimalHost): Promise<void> {
    await writeDerived(this.#store, KIND, this.#key, Buffer.from(JSON.stringify(host)));
  }
}
