/**
 * Keeps one copy of every text and of every capability. V8 makes a substring by pointing into the string it was cut from; without copying,
 * every name would keep the 64 KiB of XML around it in memory.
 */
import type { RpmDependency, RpmFlags } from '../package/rpm-package.ts';

/** V8 copies substrings shorter than this by itself. */
const SHORTEST_SLICE = 13;

/** Past this many variants of one name the rest are not shared: a hostile file must not make look-ups quadratic. */
const MAX_VARIANTS = 64;

/** A copy of `text` that shares no memory with the string it was cut from. */
export function detach(text: string): string {
  return text.length < SHORTEST_SLICE ? text : Buffer.from(text, 'utf8').toString('utf8');
}

/** What becomes of the texts and capabilities of a document. */
export interface Keeping {
  /** For texts that do not repeat. */
  keep(text: string): string;
  /** For texts that repeat: arches, licences, vendors, versions. */
  share(text: string): string;
  /** The capability with these values. */
  dependency(name: string, flags: RpmFlags, epoch: string, version: string, release: string, pre: boolean): RpmDependency;
}

/** For packages that are looked at once and dropped: nothing is copied or looked up. */
export const PASSING: Keeping = {
  keep: (text) => text,
  share: (text) => text,
  dependency: (name, flags, epoch, version, release, pre) => ({ name, flags, epoch, version, release, pre }),
};

/** For packages that stay: shares equal texts and equal capabilities while one document is read. */
export class StringPool implements Keeping {
  readonly #texts = new Map<string, string>();
  readonly #dependencies = new Map<string, RpmDependency[]>();

  keep(text: string): string {
    return detach(text);
  }

  share(text: string): string {
    const known = this.#texts.get(text);
    if (known !== undefined) return known;
    const copy = detach(text);
    this.#texts.set(copy, copy);
    return copy;
  }

  dependency(name: string, flags: RpmFlags, epoch: string, version: string, release: string, pre: boolean): RpmDependency {
    const variants = this.#dependencies.get(name);
    if (variants !== undefined) {
      for (const known of variants) {
        const same = known.version === version && known.release === release && known.flags === flags && known.pre === pre;
        if (same && known.epoch === epoch) return known;
      }
    }
    const made: RpmDependency = {
      name: variants?.[0]?.name ?? detach(name),
      flags,
      epoch: this.share(epoch),
      version: this.share(version),
      release: this.share(release),
      pre,
    };
    if (variants === undefined) this.#dependencies.set(made.name, [made]);
    else if (variants.length < MAX_VARIANTS) variants.push(made);
    return made;
  }
}
