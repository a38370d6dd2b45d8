/**
 * What the records of DEB upstreams lack or have wrong, while a request is resolved: a lock pins packages by SHA-256; where an index has
 * SHA-512 only, the package itself must tell, verified by that.
 */
import type { PackageFacts } from '../base/package-facts.ts';
import type { DebCandidatePool, DebPackage } from '../deb/candidates/deb-candidate-pool.ts';
import type { Fetcher } from '../fetch/download/fetcher.ts';
import type { DebUpstreamSnapshot } from '../metadata/snapshot-deb.ts';
import { LISTED_BUT_MISSING, packageUrls } from '../metadata/upstream-urls.ts';
import type { SolvableId } from '../solve/types.ts';
import type { RecordWarning } from './family.ts';

const MOST_NAMED = 20;

/** See the head of the file. One for all candidates of a run. */
export class DebRecords {
  readonly #snapshots: readonly DebUpstreamSnapshot[];
  readonly #fetcher: Pick<Fetcher, 'fetchAll'>;
  /** SHA-256 by SHA-512. */
  readonly #sha256 = new Map<string, string>();
  /** By SHA-512. */
  readonly #wanted = new Map<string, DebPackage>();
  readonly #odd = new Map<string, RecordWarning>();

  constructor(snapshots: readonly DebUpstreamSnapshot[], fetcher: Pick<Fetcher, 'fetchAll'>) {
    this.#snapshots = snapshots;
    this.#fetcher = fetcher;
  }

  /** What the lock needs of a chosen package. The digest is empty until {@link complete} has asked a package that must tell it. */
  facts(pool: DebCandidatePool, id: SolvableId): PackageFacts {
    const facts = pool.describe(id);
    const found = pool.package(id);
    if (found.isInstalled) return facts;
    const oddity = pool.oddity(id);
    if (oddity !== null) this.#tell(`${oddity.label} [${facts.upstream}] has an odd record, taken as apt takes it: ${oddity.why}`);
    if (facts.sha256 !== '') return facts;
    const { sha512 } = found.record;
    const sha256 = this.#sha256.get(sha512);
    if (sha256 === undefined) this.#wanted.set(sha512, found);
    return { ...facts, sha256: sha256 ?? '' };
  }

  /**
   * Downloads the chosen packages that must tell their digest. They stay in the store. True when there were any.
   *
   * @throws {AppError} the codes of `fetchAllBlobs`.
   */
  async complete(): Promise<boolean> {
    const wanted = [...this.#wanted.values()].filter(({ upstream }) => this.#mirrorsOf(upstream.name) !== undefined);
    this.#wanted.clear();
    if (wanted.length === 0) return false;
    const blobs = await this.#fetcher.fetchAll(wanted.map((found) => this.#requestOf(found)));
    for (const [at, { sha256 }] of blobs.entries()) {
      const found = wanted[at];
      if (found === undefined) continue;
      const { name, version, sha512 } = found.record;
      this.#sha256.set(sha512, sha256);
      this.#tell(
        `${name} ${version} [${found.upstream.name}] has SHA512 and no SHA256 in its upstream's index: downloaded at once, to know it`,
      );
    }
    return true;
  }

  /** What was left out and what was odd, in the order of the upstreams. */
  warnings(): RecordWarning[] {
    return [...this.#snapshots.flatMap(leftOut), ...[...this.#odd.values()].slice(0, MOST_NAMED)];
  }

  #requestOf({ record, upstream }: DebPackage) {
    return {
      urls: packageUrls('deb', this.#mirrorsOf(upstream.name) ?? [], record.path),
      digest: { algorithm: 'sha512', hex: record.sha512 } as const,
      sizeBytes: record.sizeBytes,
      maxBytes: record.sizeBytes,
      label: `${record.name} ${record.version} [${upstream.name}]`,
      ifMissing: LISTED_BUT_MISSING,
    };
  }

  #mirrorsOf(upstream: string): readonly string[] | undefined {
    return this.#snapshots.find((one) => one.upstream.name === upstream)?.mirrors;
  }

  #tell(message: string): void {
    this.#odd.set(message, { code: 'RECORD_ODD', message });
  }
}

function leftOut({ upstream, indexes }: DebUpstreamSnapshot): RecordWarning[] {
  const notes = indexes.flatMap((index) => index.leftOut());
  const told = notes.slice(0, MOST_NAMED).map(({ label, why }) => `${label} [${upstream.name}] is left out: ${why}`);
  const more = notes.length - told.length;
  if (more > 0) told.push(`${more} more records of upstream ${upstream.name} are left out, for such reasons`);
  return told.map((message) => ({ code: 'RECORD_LEFT_OUT', message }));
}
