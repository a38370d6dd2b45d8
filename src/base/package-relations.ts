/**
 * What a package says about other packages, in a form that can be compared: by an upstream's index on one side, by the package itself on
 * the other. Families make it (`deb/package`, `rpm/package`); the lock keeps its digest.
 */
import { createHash } from 'node:crypto';
import { compareCodeUnits } from './compare.ts';

/** Field in the family's own words (`Depends`, `Requires`) → its entries, sorted, without repeats. Fields without entries are left out. */
export type PackageRelations = ReadonlyMap<string, readonly string[]>;

/** One field in which an index and a package differ. */
export interface RelationDifference {
  readonly field: string;
  /** What only the index says. */
  readonly onlyInIndex: readonly string[];
  /** What only the package says. */
  readonly onlyInPackage: readonly string[];
}

const DIGEST_CHARS = 16;

/** Sorts the entries of fields and leaves out empty fields. */
export function relationsOf(fields: Iterable<readonly [field: string, entries: Iterable<string>]>): PackageRelations {
  const sorted = [...fields].map(([field, entries]) => [field, [...new Set(entries)].sort(compareCodeUnits)] as const);
  return new Map(sorted.filter(([, entries]) => entries.length > 0));
}

/** A short digest that is equal exactly when the relations are: 16 hexadecimal digits. Order of the fields does not count. */
export function relationsDigest(relations: PackageRelations): string {
  const hash = createHash('sha256');
  for (const [field, entries] of [...relations].sort(([a], [b]) => compareCodeUnits(a, b))) hash.update(JSON.stringify([field, entries]));
  return hash.digest('hex').slice(0, DIGEST_CHARS);
}

/** The fields in which `own` differs from `index`, in the order of their names. */
export function differingRelations(index: PackageRelations, own: PackageRelations): RelationDifference[] {
  const fields = [...new Set([...index.keys(), ...own.keys()])].sort(compareCodeUnits);
  return fields.flatMap((field) => {
    const [said, has] = [new Set(index.get(field) ?? []), new Set(own.get(field) ?? [])];
    const difference = { field, onlyInIndex: [...said.difference(has)], onlyInPackage: [...has.difference(said)] };
    return difference.onlyInIndex.length + difference.onlyInPackage.length === 0 ? [] : [difference];
  });
}
