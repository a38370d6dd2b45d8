/**
 * Whose signatures count for an upstream. Keys are loaded once, and what is wrong with one is said once, however many steps ask. What was
 * loaded is kept in the store, so that a lock can be packed again where its upstreams are out of reach.
 */
import { createHash } from 'node:crypto';
import { compareCodeUnits } from '../base/compare.ts';
import type { RunContext } from '../base/events.ts';
import type { ResolvedUpstream } from '../config/manifest/distro-manifest.ts';
import { type LockedUpstream, packageSigners } from '../lock/lock.ts';
import type { CryptoPolicy } from '../rpm/package/key-policy.ts';
import { readDerived, writeDerived } from '../store/derived-cache.ts';
import type { Store } from '../store/store.ts';
import { type PublicKeys, parseKeyring, primaryFingerprints } from '../trust/keyring.ts';
import type { KeyLoader, KeyPlace } from './key-loader.ts';
import { reportWeakKeys } from './weak-keys.ts';

/** The keys of one upstream. */
export interface TrustedKeys {
  readonly keyring: PublicKeys;
  /** Primary fingerprints that may sign: the pinned ones, or whatever the keyring holds. */
  readonly fingerprints: readonly string[];
  /** What is lastingly wrong with them for the target, as sentences for the lock; empty for DEB. */
  readonly weak: readonly string[];
}

const KIND = 'upstream-keys-1';

/** Asks for the keys of upstreams. */
export class UpstreamKeys {
  readonly #loader: KeyLoader;
  readonly #store: Store;
  readonly #trusted = new Map<string, Promise<TrustedKeys>>();

  constructor(loader: KeyLoader, store: Store) {
    this.#loader = loader;
    this.#store = store;
  }

  /**
   * The keys of an upstream, from where it publishes them.
   *
   * @param crypto what rpm of the target takes; null for DEB, whose apt says it itself.
   * @throws {AppError} `KEY_UNUSABLE` when none of the places has a pinned key.
   */
  of(upstream: ResolvedUpstream, crypto: CryptoPolicy | null, context: RunContext): Promise<TrustedKeys> {
    return this.#once(upstream.name, () => this.#load(upstream, crypto, context));
  }

  /**
   * The keys that may have signed the packages of a locked upstream: those of this run, else those the store kept, else from where `find`
   * says that the upstream publishes them.
   *
   * @throws {AppError} what `find` throws; `KEY_UNUSABLE` when none of the places has a pinned key.
   */
  ofLocked(
    { name, trust }: LockedUpstream,
    crypto: CryptoPolicy,
    context: RunContext,
    find: () => Promise<ResolvedUpstream>,
  ): Promise<TrustedKeys> {
    return this.#once(name, async () => {
      const fingerprints = packageSigners(trust);
      const kept = await readDerived(this.#store, KIND, keyOf(fingerprints));
      if (kept === undefined) return this.#load(await find(), crypto, context);
      return this.#judge(name, await parseKeyring(kept, `kept keys of ${name}`), fingerprints, crypto, context);
    });
  }

  /** Where {@link of} looked for the keys of an upstream in this run. */
  placesOf(upstream: ResolvedUpstream): readonly KeyPlace[] {
    return this.#loader.placesOf(upstream);
  }

  /** Every place keys were read from in this run. */
  allPlaces(): Promise<readonly KeyPlace[]> {
    return this.#loader.allPlaces();
  }

  /** True when every place still has what it had: whoever asks for keys gets the same ones. */
  areAsBefore(places: readonly KeyPlace[]): Promise<boolean> {
    return this.#loader.areAsBefore(places);
  }

  #once(name: string, load: () => Promise<TrustedKeys>): Promise<TrustedKeys> {
    const asked = this.#trusted.get(name) ?? load();
    this.#trusted.set(name, asked);
    return asked;
  }

  async #load(upstream: ResolvedUpstream, crypto: CryptoPolicy | null, context: RunContext): Promise<TrustedKeys> {
    const keyring = await this.#loader.keysFor(upstream);
    const { pinned, fingerprints: pins } = upstream.trust;
    const fingerprints = pinned ? pins : primaryFingerprints(keyring);
    // Only RPMs carry signatures of their own, to be checked once more when a lock is packed.
    if (crypto !== null) await this.#keep(keyring, fingerprints);
    return this.#judge(upstream.name, keyring, fingerprints, crypto, context);
  }

  /** Most runs find what they would keep: reading it is quicker than writing it again. */
  async #keep(keyring: PublicKeys, fingerprints: readonly string[]): Promise<void> {
    const bytes = Buffer.concat(keyring.keys.map((key) => key.write()));
    const kept = await readDerived(this.#store, KIND, keyOf(fingerprints));
    if (kept?.equals(bytes) !== true) await writeDerived(this.#store, KIND, keyOf(fingerprints), bytes);
  }

  async #judge(
    upstream: string,
    keyring: PublicKeys,
    fingerprints: readonly string[],
    crypto: CryptoPolicy | null,
    context: RunContext,
  ): Promise<TrustedKeys> {
    const weak = crypto === null ? [] : await reportWeakKeys(upstream, { keyring, fingerprints }, crypto, context);
    return { keyring, fingerprints, weak };
  }
}

function keyOf(fingerprints: readonly string[]): string {
  return createHash('sha256').update(fingerprints.toSorted(compareCodeUnits).join(' ')).digest('hex');
}
