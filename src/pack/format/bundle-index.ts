/**
 * `pigsty/bundle.json`: what a bundle holds, for whom, and what was proved about it. FORMAT.md of `pack` explains the fields.
 * The text is canonical (canonical-json.ts), so that reading and writing again gives the same bytes; anything else is refused.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { compareCodeUnits } from '../../base/compare.ts';
import { isDigestHex } from '../../base/digest.ts';
import { AppError } from '../../base/errors.ts';
import { formatMarker } from '../../base/repo-marker.ts';
import { ARCHES, DISTROS, FLAVORS } from '../../base/target.ts';
import type { JsonValue } from './canonical-json.ts';
import { formatCanonicalJson } from './canonical-json.ts';
import { findPathFaults } from './entry-path.ts';
import { compareEntryPaths, INSTALLER_PATH, isPackagePath, MARKER_PATH, REPO_DIR } from './layout.ts';

/** The newest schema this program reads and the only one it writes. */
export const BUNDLE_SCHEMA = 1;
/** Longest index that is read: room for some 400,000 files. */
export const MAX_INDEX_BYTES = 64 * 1024 * 1024;

const sha256 = z.string().refine((hex) => isDigestHex('sha256', hex), 'expected 64 lower-case hex digits');
const size = z.int().nonnegative();
const text = z.string().max(4096);
/** Left out rather than empty, so that an index without it stays as it was. */
const texts = z.array(text).min(1).readonly().optional();

const bundleFile = z.strictObject({ path: z.string().max(400), sizeBytes: size, sha256 });
const trust = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('signed'), fingerprint: text, weak: texts }),
  z.strictObject({ kind: z.literal('packages'), fingerprint: text, others: texts, weak: texts }),
  z.strictObject({ kind: z.literal('unsigned') }),
  z.strictObject({ kind: z.literal('trusted') }),
  z.strictObject({ kind: z.literal('local') }),
]);

const contentShape = {
  schema: z.literal(BUNDLE_SCHEMA),
  /** Versions of pigsty-install that can install it, as a semver range. */
  needs: text,
  target: z.strictObject({ distro: z.enum(DISTROS), arch: z.enum(ARCHES), minor: text.nullable() }),
  version: text,
  flavor: z.enum(FLAVORS),
  profiles: z.array(text),
  /** Seconds since 1970: the mtime of every entry. */
  snapshotSec: z.int().nonnegative().max(0o77777777777),
  request: z.strictObject({
    packages: z.array(text),
    baseline: z.array(text),
    recommends: z.boolean(),
    pgVersion: z.int().nullable(),
    manifestSha256: sha256,
  }),
  /**
   * What to install for each profile: one line per solve group, packages that are installed together. Sorted by profile, then solve group.
   */
  installs: z.array(z.strictObject({ profile: text, solveGroup: text, packages: z.array(text) })),
  /** Sorted by name, then suite. */
  upstreams: z.array(z.strictObject({ name: text, suite: text, rootSha256: sha256, dateSec: size, trust })),
  packages: z.strictObject({ count: size, sizeBytes: size }),
  /** What the packages take once installed, as their metadata says. */
  installedBytes: size,
  installer: bundleFile.nullable(),
  /** The manifest's component map. Its members are the installer's business: kept and checked as JSON only. */
  components: z.record(z.string(), z.json()),
  proofs: z.array(z.strictObject({ profile: text, baseline: text, ok: z.boolean(), packages: size })),
  /** Id of the bundle this one adds to; null for a full bundle. */
  since: sha256.nullable(),
  /** Digests of the parts of a split tarball; null for a whole one. */
  parts: z.array(z.strictObject({ sizeBytes: size, sha256 })).nullable(),
  /** Sorted by path. Everything in the tarball but the index and its signature. */
  files: z.array(bundleFile).min(1),
};
const indexSchema = z.strictObject({ ...contentShape, id: sha256 });

/** One file of a bundle. */
export type BundleFile = z.infer<typeof bundleFile>;
/** A bundle's index. */
export type BundleIndex = z.infer<typeof indexSchema>;
/** An index before it has its id. */
export type BundleContent = Omit<BundleIndex, 'id'>;

/** The id of a bundle: sha256 of the canonical text of everything else in its index. */
export function bundleId(content: BundleContent): string {
  return createHash('sha256')
    .update(formatCanonicalJson(content as JsonValue))
    .digest('hex');
}

/** Sorts the files, adds the id. Same content, same index. */
export function finishBundleIndex(content: BundleContent): BundleIndex {
  const sorted = { ...content, files: content.files.toSorted((a, b) => compareCodeUnits(a.path, b.path)) };
  return { ...sorted, id: bundleId(sorted) };
}

/** The bytes of `pigsty/bundle.json`. */
export function formatBundleIndex(index: BundleIndex): Buffer {
  return Buffer.from(formatCanonicalJson(index as JsonValue));
}

/** The files in the order of the tarball. */
export function filesInTarOrder(index: BundleIndex): BundleFile[] {
  return index.files.toSorted((a, b) => compareEntryPaths(a.path, b.path));
}

/** Unpacked size of all files together. */
export function unpackedBytes(index: BundleIndex): number {
  return index.files.reduce((sum, file) => sum + file.sizeBytes, 0);
}

/**
 * Reads `pigsty/bundle.json`.
 *
 * @throws {AppError} `BUNDLE_TOO_NEW` for a newer schema; `BUNDLE_UNSAFE_ENTRY` for a path that could leave its place or meet another;
 * `BUNDLE_INVALID` for anything else, with every fault found.
 */
export function parseBundleIndex(bytes: Uint8Array, source: string): BundleIndex {
  const raw = parseJson(bytes, source);
  refuseNewerSchema(raw, source);
  const result = indexSchema.safeParse(raw);
  if (!result.success) {
    const faults = result.error.issues.slice(0, 20).map((issue) => `${issue.path.join('.') || 'bundle.json'}: ${issue.message}`);
    throw invalid(source, faults);
  }
  const index = result.data;
  const unsafe = findPathFaults(index.files.map((file) => file.path));
  if (unsafe.length > 0) {
    throw new AppError(
      'BUNDLE_UNSAFE_ENTRY',
      `${source}: the index names files that must not be unpacked:\n  ${unsafe.slice(0, 20).join('\n  ')}`,
      {
        hint: 'do not use this file; get the bundle again from where it was built',
        details: { faults: unsafe },
      },
    );
  }
  const faults = findContradictions(index, bytes);
  if (faults.length > 0) throw invalid(source, faults);
  return index;
}

function parseJson(bytes: Uint8Array, source: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw new AppError('BUNDLE_INVALID', `${source}: pigsty/bundle.json is not JSON`, { cause: error });
  }
}

function refuseNewerSchema(raw: unknown, source: string): void {
  const schema = typeof raw === 'object' && raw !== null && 'schema' in raw ? raw.schema : undefined;
  if (typeof schema !== 'number' || schema <= BUNDLE_SCHEMA) return;
  throw new AppError('BUNDLE_TOO_NEW', `${source} has format ${schema}; this program reads up to format ${BUNDLE_SCHEMA}`, {
    hint: 'use the pigsty-install that came with the bundle: tar -xzf BUNDLE pigsty/pigsty-install',
  });
}

/** What a schema cannot say: totals that do not add up, an id of other content, a second spelling of the same value. */
function findContradictions(index: BundleIndex, bytes: Uint8Array): string[] {
  const faults: string[] = [];
  const { id, ...content } = index;
  if (bundleId(content) !== id) faults.push('id: is not the digest of the content');
  if (!formatBundleIndex(index).equals(bytes)) faults.push('bundle.json: not in canonical form');
  const packages = index.files.filter((file) => isPackagePath(file.path));
  if (packages.length !== index.packages.count) faults.push(`packages.count: ${index.packages.count}, files lists ${packages.length}`);
  const sizeBytes = packages.reduce((sum, file) => sum + file.sizeBytes, 0);
  if (sizeBytes !== index.packages.sizeBytes) faults.push(`packages.sizeBytes: ${index.packages.sizeBytes}, files add up to ${sizeBytes}`);
  const marker = formatMarker(packages.map((file) => ({ file: file.path.slice(REPO_DIR.length + 1), sha256: file.sha256 })));
  const markerSha256 = createHash('sha256').update(marker).digest('hex');
  if (index.files.find((file) => file.path === MARKER_PATH)?.sha256 !== markerSha256)
    faults.push('files: repo_complete does not list the packages');
  const installer = index.files.find((file) => file.path === INSTALLER_PATH);
  if (installer?.sha256 !== index.installer?.sha256) faults.push('installer: does not match its entry in files');
  if (!Number.isSafeInteger(unpackedBytes(index))) faults.push('files: sizes add up to more than can be counted');
  return faults;
}

function invalid(source: string, faults: readonly string[]): AppError {
  return new AppError('BUNDLE_INVALID', `${source}: pigsty/bundle.json is not valid:\n  ${faults.join('\n  ')}`, { details: { faults } });
}
