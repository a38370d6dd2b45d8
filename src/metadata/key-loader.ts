/** The public keys of an upstream: from a keyring on this machine, else from where they are published. Only pinned keys will count. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { AppError, messageOf } from '../base/errors.ts';
import type { ResolvedUpstream } from '../config/manifest/distro-manifest.ts';
import type { Fetcher } from '../fetch/download/fetcher.ts';
import { joinKeyrings, type PublicKeys, parseKeyring, primaryFingerprints, primaryOfSubkey } from '../trust/keyring.ts';

const MAX_KEY_BYTES = 8 << 20;

/** A place keys were looked for in, and the SHA-256 of what was there; null for one that could not be read. */
export interface KeyPlace {
  readonly place: string;
  readonly sha256: string | null;
}

/** Loads keys once per place, however many upstreams share them. */
export class KeyLoader {
  readonly #fetcher: Fetcher;
  readonly #read = new Map<string, Promise<Buffer>>();
  /** By upstream: where its keys were looked for, in order. */
  readonly #asked = new Map<string, KeyPlace[]>();
  /** By place; a string says why the place has none. */
  readonly #loaded = new Map<string, Promise<PublicKeys | string>>();

  constructor(fetcher: Fetcher) {
    this.#fetcher = fetcher;
  }

  /**
   * Keys in which every pinned fingerprint that can be had is present; for an unpinned upstream whatever its places hold.
   *
   * @throws {AppError} `KEY_UNUSABLE` when none of the places has a pinned key, naming them all.
   */
  async keysFor(upstream: ResolvedUpstream): Promise<PublicKeys> {
    const { fingerprints, keyrings, keyUrls } = upstream.trust;
    const tried: string[] = [];
    const found: PublicKeys[] = [];
    const asked: KeyPlace[] = [];
    this.#asked.set(upstream.name, asked);
    for (const place of [...keyrings, ...keyUrls]) {
      const keys = await this.#load(place, tried);
      asked.push({ place, sha256: await this.#digestOf(place) });
      if (keys === null) continue;
      found.push(keys);
      const known = new Set(found.flatMap(primaryFingerprints));
      if (fingerprints.length === 0 || fingerprints.every((fingerprint) => known.has(fingerprint))) return joinKeyrings(found);
    }
    const known = new Set(found.flatMap(primaryFingerprints));
    if (fingerprints.some((fingerprint) => known.has(fingerprint))) return joinKeyrings(found);
    throw new AppError('KEY_UNUSABLE', `no key of upstream ${upstream.name} could be found:\n  ${tried.join('\n  ')}`, {
      hint:
        subkeyHint(fingerprints, found) ??
        `put a keyring with ${fingerprints.join(' or ') || 'its key'} at one of these places, or name another in an overlay (--manifest)`,
    });
  }

  /** Where {@link keysFor} looked for the keys of an upstream, in order. */
  placesOf(upstream: ResolvedUpstream): readonly KeyPlace[] {
    return this.#asked.get(upstream.name) ?? [];
  }

  /** True when every place still has what it had. Nothing is parsed. */
  async areAsBefore(places: readonly KeyPlace[]): Promise<boolean> {
    const same = await Promise.all(places.map(async ({ place, sha256 }) => (await this.#digestOf(place)) === sha256));
    return same.every(Boolean);
  }

  /** Every place that was read in this run, for whatever upstream. */
  async allPlaces(): Promise<readonly KeyPlace[]> {
    return Promise.all([...this.#read.keys()].map(async (place) => ({ place, sha256: await this.#digestOf(place) })));
  }

  async #digestOf(place: string): Promise<string | null> {
    const bytes = await this.#bytesOf(place).catch(() => null);
    return bytes === null ? null : createHash('sha256').update(bytes).digest('hex');
  }

  /** The keys of a place, or null; what came of it goes into `tried`. */
  async #load(place: string, tried: string[]): Promise<PublicKeys | null> {
    const loading = this.#loaded.get(place) ?? this.#parse(place).catch(messageOf);
    this.#loaded.set(place, loading);
    const keys = await loading;
    tried.push(`${place}: ${typeof keys === 'string' ? keys : `has only ${primaryFingerprints(keys).join(' ')}`}`);
    return typeof keys === 'string' ? null : keys;
  }

  async #parse(place: string): Promise<PublicKeys> {
    return parseKeyring(await this.#bytesOf(place), place);
  }

  #bytesOf(place: string): Promise<Buffer> {
    const reading = this.#read.get(place) ?? this.#readPlace(place);
    this.#read.set(place, reading);
    return reading;
  }

  async #readPlace(place: string): Promise<Buffer> {
    if (!place.includes('://')) return readFile(place);
    return (await this.#fetcher.fetchRoot({ urls: [place], maxBytes: MAX_KEY_BYTES, label: `key ${place}` })).bytes;
  }
}

/** `gpg --verify` prints the fingerprint of the key that made a signature: often a subkey, where the primary key is to be pinned. */
function subkeyHint(fingerprints: readonly string[], found: readonly PublicKeys[]): string | undefined {
  const keyring = joinKeyrings(found);
  const told = fingerprints.flatMap((fingerprint) => {
    const primary = primaryOfSubkey(keyring, fingerprint);
    return primary === null ? [] : [`${fingerprint} is a subkey of the primary key ${primary}: pin ${primary} in the manifest`];
  });
  return told.length === 0 ? undefined : `${told.join('; ')}. A signature by a subkey of it counts`;
}
