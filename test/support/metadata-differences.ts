/**
 * What dnf and we make of the same repository, compared and judged. Every difference that may be has a sentence here that says why it may;
 * any other is a fault of ours.
 */
import { RPM_DEPENDENCY_KINDS } from '../../src/rpm/package/rpm-package.ts';
import type { Reading, ReadPackage } from './dnf-reader.ts';

/** What we made of a repository, and what was told about it. */
export type OurReading = Reading & { readonly warnings: readonly string[] };

/** Why a difference may be, or what is different that may not. */
export type Judgement = { readonly why: string } | { readonly unexplained: string };

/** What we refuse and dnf takes: digests that prove nothing, and what only an attacker needs. */
const REFUSED: readonly (readonly [RegExp, string])[] = [
  [/document type declares something/, 'we refuse: entities declared in a document type'],
  [/record "primary" cannot be used: it has no checksum/, 'we refuse: primary without a digest that proves anything'],
  [/record "modules" cannot be used: it has no checksum/, 'we refuse: modules without a digest that proves anything'],
  [/^INDEX_DIGEST_MISMATCH .* unpacks to other content/, 'we refuse: another open-checksum than the content has'],
];

/** What ends dnf and costs us one record, by the document it is in. Nothing that we take is less vouched for because of it. */
const COSTS_ITSELF = {
  repomd: 'a record of repomd.xml that is not needed, or not yet',
  primary: 'a digest or an epoch of a package that we leave out',
  modules: 'a document of modules.yaml that we leave out, or a mark between two',
} as const;

/** The sentence for the difference between `theirs`, which is dnf's, and `ours`. */
export function judge(kind: keyof typeof COSTS_ITSELF, theirs: Reading, ours: OurReading): Judgement {
  if ('error' in theirs && 'error' in ours) return { why: 'the same: refused' };
  if ('error' in ours) return refusedByUs(ours.error);
  if ('error' in theirs) return { why: `dnf refuses: ${COSTS_ITSELF[kind]}` };
  return accepted(theirs, ours);
}

function refusedByUs(error: string): Judgement {
  const why = REFUSED.find(([pattern]) => pattern.test(error))?.[1];
  return why === undefined ? { unexplained: `dnf reads it, and we say: ${error}` } : { why };
}

type Accepted = Exclude<Reading, { error: string }>;

function accepted(theirs: Accepted, ours: Accepted & { readonly warnings: readonly string[] }): Judgement {
  const told = ours.warnings.join('\n');
  const [dnfOnly, oursOnly] = [without(theirs.packages, ours.packages), without(ours.packages, theirs.packages)];
  if (oursOnly.length > 0) return { unexplained: `packages that dnf does not have: ${oursOnly.join(', ')}` };
  if (dnfOnly.length > 0 && !told.includes('is left out'))
    return { unexplained: `packages that only dnf has, untold: ${dnfOnly.join(', ')}` };
  const lists = differingLists(theirs.packages, ours.packages);
  if (lists.length > 0 && !told.includes('which is passed over')) return { unexplained: `other dependencies: ${lists.join('; ')}` };
  if (dnfOnly.length > 0) return { why: 'we leave out a package, and say so' };
  if (lists.length > 0) return { why: 'we pass over an entry, and say so' };
  return modules(theirs, ours);
}

function modules(theirs: Accepted, ours: Accepted): Judgement {
  if (!isSame(theirs.documents, ours.documents)) {
    return { why: 'a document of modules.yaml that only one of us reads: it is broken in what decides nothing, or has an empty name' };
  }
  if (!isSame(theirs.streams, ours.streams)) return { unexplained: `other active streams: ${theirs.streams} and ours ${ours.streams}` };
  if (!isSame(theirs.visible, ours.visible)) return { unexplained: `other visible packages: ${theirs.visible} and ours ${ours.visible}` };
  return { why: 'the same: read' };
}

const keyOf = ({ nevra, checksum }: ReadPackage): string => `${nevra} ${checksum}`;

/** Keys of the packages that `others` lack. */
function without(packages: readonly ReadPackage[], others: readonly ReadPackage[]): string[] {
  const known = new Set(others.map(keyOf));
  return packages.map(keyOf).filter((key) => !known.has(key));
}

function differingLists(theirs: readonly ReadPackage[], ours: readonly ReadPackage[]): string[] {
  const known = new Map(theirs.map((pkg) => [keyOf(pkg), pkg]));
  return ours.flatMap((pkg) => {
    const other = known.get(keyOf(pkg));
    if (other === undefined) return [];
    return RPM_DEPENDENCY_KINDS.filter((kind) => !isSame(other[kind], pkg[kind])).map(
      (kind) => `${pkg.nevra} ${kind}: ${other[kind]} and ours ${pkg[kind]}`,
    );
  });
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return JSON.stringify([...a].sort()) === JSON.stringify([...b].sort());
}
