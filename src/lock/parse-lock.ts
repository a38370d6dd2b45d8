/** Reads a lock back. A lock is input like any other: it is validated, bounded, and nothing in it may name a path outside the bundle. */
import { z } from 'zod';
import { AppError, messageOf } from '../base/errors.ts';
import { ARCHES, DISTROS, FLAVORS } from '../base/target.ts';
import type { Lock } from './lock.ts';

const MAX_LOCK_CHARS = 64 * 1024 * 1024;
const MAX_PACKAGES = 100_000;

const Sha256Hex = z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 lower-case hex digits');
const Word = z.string().min(1).max(4096);
/** Left out rather than empty. */
const Words = z.array(Word).min(1).optional();
const Count = z.int().min(0);
const RelativePath = Word.refine((path) => isBelow(path), 'expected a relative path without ".."');
const Base = Word.refine((base) => isBase(base), 'expected "../" or an http, https or file URL without user and password, ending in "/"');
const FileName = Word.max(255).regex(/^[A-Za-z0-9][^/\\\0-\x1f]*$/, 'expected a plain file name');

const Component = z.strictObject({
  packages: z.array(Word),
  binary: Word.nullable(),
  unit: Word.nullable(),
  masks: z.array(Word),
  user: Word,
  config: z.array(Word),
  version: z.string().max(4096),
});

const LockSchema = z.strictObject({
  schema: z.literal(1),
  distro: z.enum(DISTROS),
  arch: z.enum(ARCHES),
  flavor: z.enum(FLAVORS),
  request: z.strictObject({
    profiles: z.array(Word),
    packages: z.array(Word),
    baseline: z.array(Word),
    recommends: z.boolean(),
    modules: z.array(Word).default([]),
    pgVersion: Count.nullable(),
    minor: Word.nullable(),
    manifestSha256: Sha256Hex,
  }),
  snapshotSec: Count,
  solved: z.array(z.strictObject({ profile: Word, baseline: Word, packages: Count })),
  installs: z.array(z.strictObject({ profile: Word, solveGroup: Word, packages: z.array(Word) })),
  components: z.record(Word, z.union([z.strictObject({ absent: Word }), Component])),
  upstreams: z.array(
    z.strictObject({
      name: Word,
      suite: z.string().max(1024),
      rootSha256: Sha256Hex,
      dateSec: Count,
      trust: z.discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('signed'), fingerprint: Word, packageSigners: Words, weak: Words }),
        z.strictObject({ kind: z.literal('packages'), fingerprint: Word, others: Words, weak: Words }),
        z.strictObject({ kind: z.literal('unsigned') }),
        z.strictObject({ kind: z.literal('trusted') }),
        z.strictObject({ kind: z.literal('local') }),
      ]),
      minor: Word.optional(),
    }),
  ),
  packages: z
    .array(
      z.strictObject({
        name: Word,
        version: Word,
        arch: Word,
        upstream: Word,
        path: RelativePath,
        base: Base.optional(),
        file: FileName,
        sizeBytes: Count,
        installedBytes: Count,
        sha256: Sha256Hex,
        relations: z.string().regex(/^[0-9a-f]{16}$/, 'expected 16 lower-case hex digits'),
        solveGroups: z.array(Word).min(1),
        why: z.string().max(16_384),
      }),
    )
    .max(MAX_PACKAGES),
});

/**
 * Parses the text of a lock file; `path` is only for messages.
 *
 * @throws {AppError} `LOCK_INVALID` with every wrong field, or that the lock was written by a newer version.
 */
export function parseLock(text: string, path: string): Lock {
  if (text.length > MAX_LOCK_CHARS) throw invalid(path, [`it is larger than ${MAX_LOCK_CHARS} characters`]);
  const value = parseJson(text, path);
  const schema = typeof value === 'object' && value !== null && 'schema' in value ? value.schema : undefined;
  if (typeof schema === 'number' && schema > 1) {
    throw new AppError('LOCK_INVALID', `${path}: lock schema ${schema} is newer than this program understands (1)`, {
      hint: 'use the version of pigsty-bundle that wrote it, or a newer one',
    });
  }
  const parsed = LockSchema.safeParse(value);
  if (!parsed.success)
    throw invalid(
      path,
      parsed.error.issues.map((issue) => `${issue.path.join('.') || '(root)'}: ${issue.message}`),
    );
  const duplicate = firstDuplicate(parsed.data.packages.map((locked) => locked.file));
  if (duplicate !== undefined) throw invalid(path, [`packages: two packages have the file name ${duplicate}`]);
  return parsed.data;
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalid(path, [`not JSON: ${messageOf(error)}`]);
  }
}

function invalid(path: string, faults: readonly string[]): AppError {
  const shown = faults.slice(0, 20).join('\n  ');
  return new AppError('LOCK_INVALID', `${path} is not a valid lock:\n  ${shown}`, { hint: 'write it anew with "pigsty-bundle resolve"' });
}

function isBelow(path: string): boolean {
  return !path.startsWith('/') && !path.includes('\\') && path.split('/').every((part) => part !== '..' && part !== '.' && part !== '');
}

function isBase(base: string): boolean {
  if (/^(?:\.\.\/)+$/.test(base)) return true;
  if (!/^(?:https?|file):\/\/[^?#]*\/$/.test(base) || !URL.canParse(base)) return false;
  const { username, password } = new URL(base);
  return username === '' && password === '';
}

function firstDuplicate(names: readonly string[]): string | undefined {
  const seen = new Set<string>();
  return names.find((name) => seen.size === seen.add(name).size);
}
