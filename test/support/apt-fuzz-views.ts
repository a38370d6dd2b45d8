/** One damaged repository as we see it, through the product's own reader, in the form in which it can be compared with apt's view. */
import { isAppError } from '../../src/base/errors.ts';
import type { ResolvedUpstream } from '../../src/config/manifest/distro-manifest.ts';
import { parseHostStatus } from '../../src/deb/candidates/host-status.ts';
import type { DebPackageIndex } from '../../src/deb/index/deb-package-index.ts';
import type { PackageRecord } from '../../src/deb/index/package-record.ts';
import { snapshotDeb } from '../../src/metadata/snapshot-deb.ts';
import { TOY_UPSTREAM } from '../lab/upstreams/deb-metadata.ts';
import { POLICY, toyDownloader } from '../lab/upstreams/toy-build.ts';
import type { FuzzCase, FuzzKind } from './apt-fuzz-cases.ts';

/** What we see. */
export interface OurView {
  /** Why nothing is seen; empty when something may be. */
  readonly refusal: string;
  readonly records: readonly PackageRecord[];
  /** Sentences about records that were left out. */
  readonly leftOut: readonly string[];
}

/** A line of sources.list for a repository of a kind; a status file has none. */
export function aptSources(kind: FuzzKind, place: string, keyPath: string): string {
  if (kind === 'status') return '';
  if (kind === 'release') return `deb [signed-by=${keyPath}] file:${place} toy main extra\n`;
  return `deb [${kind === 'flat-release' ? `signed-by=${keyPath}` : 'trusted=yes'}] file:${place} ./\n`;
}

/** Reads cases, one after the other, over one store. */
export async function ourReader(keyPath: string, fingerprint: string): Promise<(made: FuzzCase, place: string) => Promise<OurView>> {
  const toy = await toyDownloader({ nowSec: Math.floor(Date.now() / 1000) });
  const signed: ResolvedUpstream['trust'] = {
    mode: 'signed-metadata',
    packagesSigned: false,
    fingerprints: [fingerprint],
    pinned: true,
    keyrings: [keyPath],
    keyUrls: [],
  };
  const trustOf = (kind: FuzzKind): ResolvedUpstream['trust'] => {
    if (kind === 'packages') return TOY_UPSTREAM.trust;
    return kind === 'bare' ? { ...TOY_UPSTREAM.trust, mode: 'trusted' } : signed;
  };
  let count = 0;
  return async ({ kind, status }, place) => {
    if (kind === 'status') return hostView(status);
    count += 1;
    const layout =
      kind === 'release'
        ? ({ layout: 'suite', suite: 'toy', components: ['main', 'extra'] } as const)
        : ({ layout: 'flat', suite: './', components: [] } as const);
    const upstream = { ...TOY_UPSTREAM, ...layout, name: `${kind}${count}`, urls: [`file://${place}`], trust: trustOf(kind) };
    return viewOf(async () => {
      const { upstreams } = await snapshotDeb([upstream], { distro: 'd12', arch: 'x86_64' }, toy.downloader, POLICY, toy.context);
      return upstreams.flatMap(({ indexes }) => indexes);
    });
  };
}

function hostView(status: Buffer): Promise<OurView> {
  let notes: readonly string[] = [];
  const view = viewOf(async () => {
    const host = parseHostStatus(status, 'host');
    notes = host.notes;
    return [host.index];
  });
  return view.then((seen) => ({ ...seen, leftOut: [...seen.leftOut, ...notes] }));
}

async function viewOf(read: () => Promise<readonly DebPackageIndex[]>): Promise<OurView> {
  try {
    const indexes = await read();
    const records = indexes.flatMap((index) => index.goodStanzas().map((stanza) => index.record(stanza)));
    return { refusal: '', records, leftOut: indexes.flatMap((index) => index.leftOut().map(({ label, why }) => `${label}: ${why}`)) };
  } catch (error) {
    if (!isAppError(error)) throw error;
    return { refusal: `${error.code}: ${error.message}`, records: [], leftOut: [] };
  }
}
