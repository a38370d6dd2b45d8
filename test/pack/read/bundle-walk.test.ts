import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { BundleFile } from '../../../src/pack/format/bundle-index.ts';
import { END_OF_TAR, formatEntryHeader, paddingBytes } from '../../../src/pack/format/tar-header.ts';
import { BrokenOff, BundleWalk, type WalkVisitor } from '../../../src/pack/read/bundle-walk.ts';
import { ByteSource } from '../../../src/pack/read/byte-source.ts';
import type { BundleHead } from '../../../src/pack/read/read-head.ts';

const CONTENT: Readonly<Record<string, string>> = { 'pigsty/a.deb': 'first', 'pigsty/b.deb': 'second', 'pigsty/repo_complete': 'done' };
const FILES = Object.entries(CONTENT).map(([path, text]): BundleFile => {
  return { path, sizeBytes: text.length, sha256: createHash('sha256').update(text).digest('hex') };
});
const SNAPSHOT_SEC = 1_700_000_000;

/** One file as it stands in the tarball. */
function entry({ path, sizeBytes }: BundleFile, text = CONTENT[path] ?? ''): Buffer {
  return Buffer.concat([formatEntryHeader(path, sizeBytes, SNAPSHOT_SEC), Buffer.from(text), Buffer.alloc(paddingBytes(sizeBytes))]);
}

/** Walks over what follows the head; the fault texts, and whether reading broke off. */
async function walk(tar: Buffer, visitor: WalkVisitor = {}): Promise<{ readonly faults: string[]; readonly isBrokenOff: boolean }> {
  const bytes = new ByteSource(
    (async function* () {
      for (let at = 0; at < tar.length; at += 100) yield tar.subarray(at, at + 100);
    })(),
  );
  const head = { index: { files: FILES, snapshotSec: SNAPSHOT_SEC }, nextBlock: await bytes.upTo(512) } as unknown as BundleHead;
  const walking = new BundleWalk(bytes, visitor);
  const isBrokenOff = await walking.files(head).then(
    () => false,
    (error: unknown) => {
      if (!(error instanceof BrokenOff)) throw error;
      return true;
    },
  );
  return { faults: walking.faults.map(({ code, path, what }) => `${code} ${path}: ${what}`), isBrokenOff };
}

const whole = (...entries: readonly Buffer[]): Buffer => Buffer.concat([...entries, END_OF_TAR]);
const [A, B, MARKER] = FILES as [BundleFile, BundleFile, BundleFile];
const HONEST = whole(entry(A), entry(B), entry(MARKER));

describe('a walk through a bundle', () => {
  it('meets every file with its content, and finds nothing wrong', async () => {
    const seen: string[] = [];
    const onFile: WalkVisitor['onFile'] = ({ path }) => {
      const pieces: Buffer[] = [];
      return {
        write: (piece) => void pieces.push(Buffer.from(piece)),
        end: (ok) => void seen.push(`${path} ${Buffer.concat(pieces)} ${ok}`),
      };
    };
    expect(await walk(HONEST, { onFile })).toEqual({ faults: [], isBrokenOff: false });
    expect(seen).toEqual(FILES.map(({ path }) => `${path} ${CONTENT[path]} true`));
  });

  it('passes over what is to be skipped without looking at it, and stops where it is told to', async () => {
    const damaged = whole(entry(A, 'FIRST'), entry(B), entry(MARKER));
    const seen: string[] = [];
    const onFile: WalkVisitor['onFile'] = ({ path }) => {
      seen.push(path);
      return path === A.path ? 'skip' : 'stop';
    };
    expect(await walk(damaged, { onFile })).toEqual({ faults: [], isBrokenOff: false });
    expect(seen).toEqual([A.path, B.path]);
  });

  it('tells of changed content, and goes on', async () => {
    const ends: boolean[] = [];
    const onFile: WalkVisitor['onFile'] = () => ({ write: () => undefined, end: (ok) => void ends.push(ok) });
    const { faults, isBrokenOff } = await walk(whole(entry(A, 'FIRST'), entry(B), entry(MARKER)), { onFile });
    expect([faults, isBrokenOff, ends]).toEqual([
      [`BUNDLE_DIGEST_MISMATCH ${A.path}: content differs from what the index says`],
      false,
      [false, true, true],
    ]);
  });

  it('tells which files are missing, and goes on with the next', async () => {
    expect(await walk(whole(entry(B), entry(MARKER)))).toEqual({
      faults: [`BUNDLE_INVALID ${A.path}: missing from the archive, or out of order`],
      isBrokenOff: false,
    });
  });

  it.each<[string, Buffer, string]>([
    ['in a file', HONEST.subarray(0, 514), `BUNDLE_TRUNCATED ${A.path}: ends 3 bytes too early`],
    ['in the padding', HONEST.subarray(0, 900), `BUNDLE_TRUNCATED ${A.path}: ends in the padding after it`],
    ['before a file', entry(A), `BUNDLE_TRUNCATED null: ends before ${B.path}`],
    [
      'before the end mark',
      whole(entry(A), entry(B), entry(MARKER)).subarray(0, -512),
      'BUNDLE_TRUNCATED null: ends before the end of the archive',
    ],
    ['with the last file left out', whole(entry(A), entry(B)), `BUNDLE_INVALID ${MARKER.path}: missing from the archive, or out of order`],
  ])('breaks off at an end %s', async (_, tar, fault) => {
    const { faults, isBrokenOff } = await walk(tar);
    expect(faults).toEqual([fault]);
    expect(isBrokenOff).toBe(true);
  });

  it('breaks off at data hidden in the padding, and at anything behind the end', async () => {
    const hidden = Buffer.from(HONEST);
    hidden[600] = 1;
    expect((await walk(hidden)).faults).toEqual([`BUNDLE_INVALID ${A.path}: is followed by hidden data`]);
    const behind = Buffer.concat([HONEST, Buffer.from('x')]);
    expect((await walk(behind)).faults).toEqual(['BUNDLE_INVALID null: there is something after the end of the archive']);
  });

  it('lets a sink know that its file was broken off', async () => {
    const events: string[] = [];
    const sink = { write: () => undefined, end: () => void events.push('end'), abort: () => void events.push('abort') };
    await walk(HONEST.subarray(0, 514), { onFile: () => sink });
    expect(events).toEqual(['abort']);
  });
});
