/**
 * What the records of DEB upstreams lack or have wrong, while a request is resolved: a lock pins packages by SHA-256 and size; where an
 * index does not tell them, the package itself must, verified by the digest that the index has.
 */
import type { Digest } from '../base/digest.ts';
import type { PackageFacts } from '../base/package-facts.ts';
import type { DebCandidatePool, DebPackage } from '../deb/candidates/deb-candidate-pool.ts';
import type { Fetcher } from '../fetch/download/fetcher.ts';
import type { DebUpstreamSnapshot } from '../metadata/snapshot-deb.ts';
import { packageUrls } from '../metadata/upstream-urls.ts';
import type { SolvableId } from '../solve/types.ts';
import type { RecordWarning } from './family.ts';

/** The most that is downloaded where no index tells the size. */
const MAX_UNSIZED_BYTES = 4 * 2 ** 30;
const MOST_NAMED = 20;

type Known = Pick<PackageFacts, 'sha256' | 'sizeBytes'>;

/** See the head of the file. One for all candidates of a run. */
export class DebRecords {
  readonly #snapshots: readonly DebUpstreamSnapshot[];
  readonly #fetcher: Pick<Fetcher, 'fetchAll'>;
  /** By upstream and path. */
  readonly #known = new Map<string, Known>();
  readonly #wanted = new Map<string, DebPackage>();
  readonly #odd = new Map<string, RecordWarning>();

  constructor(snapshots: readonly DebUpstreamSnapshot[], fetcher: Pick<Fetcher, 'fetchAll'>) {
    this.#snapshots = snapshots;
    this.#fetcher = fetcher;
  }

  /** What the lock needs of a chosen package. Digest and size are empty until {@link complete} has asked a package that must tell them. */
  facts(pool: DebCandidatePool, id: SolvableId): PackageFacts {
    const facts = pool.describe(id);
    const oddity = pool.package(id).isInstalled ? null : pool.oddity(id);
    if (oddity !== null) this.#tell(`${oddity.label} [${facts.upstream}] has an odd record, taken as apt takes it: ${oddity.why}`);
    if (facts.sha256 !== '' && facts.sizeBytes > 0) return facts;
    const key = `${facts.upstream} ${facts.path}`;
    const known = this.#known.get(key);
    if (known === undefined) this.#wanted.set(key, pool.package(id));
    return { ...facts, ...known };
  }

  /**
   * Downloads the chosen packages that must tell their digest or size. They stay in the store. True when there were any.
   *
   * @throws {AppError} the codes of `fetchAllBlobs`.
   */
  async complete(): Promise<boolean> {
    const wanted = [...this.#wanted].filter(([, { upstream }]) => this.#snapshots.some((one) => one.upstream.name === upstream.name));
    this.#wanted.clear();
    if (wanted.length === 0) return false;
    const blobs = await this.#fetcher.fetchAll(wanted.map(([, found]) => this.#requestOf(found)));
    for (const [at, { sha256, sizeBytes }] of blobs.entries()) {
      const [key, found] = wanted[at] ?? [];
      if (key === undefined || found === undefined) continue;
      this.#known.set(key, { sha256, sizeBytes });
      const { name, version } = found.record;
      const what = found.record.sha256 === '' ? 'SHA512 and no SHA256' : 'no Size';
      this.#tell(`${name} ${version} [${found.upstream.name}] has ${what} in its upstream's index: downloaded at once, to know it`);
    }
    return true;
  }

  /** What was left out and what was odd, in the order of the upstreams. */
  warnings(): RecordWarning[] {
    return [...this.#snapshots.flatMap(leftOut), ...[...this.#odd.values()].slice(0, MOST_NAMED)];
  }

  #requestOf({ record, upstream }: DebPackage) {
    const mirrors = this.#snapshots.find((one) => one.upstream.name === upstream.name)?.mirrors ?? [];
    const digest: Digest = record.sha256 === '' ? { algorithm: 'sha512', hex: record.sha512 } : { algorithm: 'sha256', hex: record.sha256 };
    return {
      urls: packageUrls('deb', mirrors, record.path),
      digest,
      ...(record.sizeBytes === 0 ? {} : { sizeBytes: record.sizeBytes }),
      maxBytes: record.sizeBytes || MAX_UNSIZED_BYTES,
      label: `${record.name} ${record.version} [${upstream.name}]`,
    };
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
