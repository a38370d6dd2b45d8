import { describe, expect, it } from 'vitest';
import { treeFileOf } from '../../../src/base/tree-file-of.ts';
import type { FileSink } from '../../../src/pack/read/bundle-walk.ts';
import { readBundle } from '../../../src/pack/read/read-bundle.ts';
import { honestEntries, scratchDir, writeRaw, writeToy } from '../../lab/upstreams/bundle-lab.ts';
import { noise } from '../../lab/upstreams/toy-bundle.ts';

const SMALL = { packages: [treeFileOf('a_1.0-1_amd64.deb', noise(700, 1))] };

/** A sink that writes down what happened to it. */
const sinkInto = (events: string[]): FileSink => ({
  write: (piece) => void events.push(`write ${piece.length}`),
  end: (ok) => void events.push(`end ${ok}`),
  abort: () => void events.push('abort'),
});

describe('a visitor', () => {
  it('hears of the head first, then of every file in the order of the tarball', async () => {
    const { path, index } = await writeToy(await scratchDir(), SMALL);
    const seen: string[] = [];
    const head = await readBundle(path, {
      onHead: (read) => void seen.push(read.index.id),
      onFile: (file) => {
        seen.push(file.path);
        return null;
      },
    });
    expect(head.index).toEqual(index);
    expect(seen[0]).toBe(index.id);
    expect(seen.slice(1).sort()).toEqual(index.files.map((file) => file.path).sort());
    expect(seen.at(-1)).toBe('pigsty/repo_complete');
  });

  it('gets the bytes of a file, and at its end whether they are right', async () => {
    const { entries } = honestEntries();
    const damaged = entries.map((entry) => (entry.path.includes('/b_') ? { ...entry, bytes: Buffer.alloc(900) } : entry));
    const path = await writeRaw(await scratchDir(), damaged);
    const events: string[] = [];
    const faults: string[] = [];
    const reading = readBundle(path, {
      onFile: (file) => (file.path.endsWith('.deb') ? sinkInto(events) : null),
      onFault: ({ path: at, what }) => faults.push(`${at} ${what}`),
    });
    await expect(reading).rejects.toMatchObject({ code: 'BUNDLE_DIGEST_MISMATCH' });
    expect(events).toEqual(['write 700', 'end true', 'write 900', 'end false']);
    expect(faults).toEqual(['pigsty/b_1_all.deb content differs from what the index says']);
  });

  it('is told when a file breaks off, and its own error ends the reading', async () => {
    const { entries } = honestEntries();
    const at = entries.findIndex((entry) => entry.path.includes('/a_'));
    const cut = await writeRaw(await scratchDir(), entries.slice(0, at), Buffer.alloc(0));
    await expect(readBundle(cut, {})).rejects.toMatchObject({ code: 'BUNDLE_TRUNCATED' });
    const whole = await writeRaw(await scratchDir(), entries);
    const events: string[] = [];
    const failing = readBundle(whole, {
      onFile: () => ({
        ...sinkInto(events),
        write: () => {
          throw new Error('disk');
        },
      }),
    });
    await expect(failing).rejects.toThrow('disk');
    expect(events).toEqual(['abort']);
  });
});

it('names what is wrong up to where reading cannot go on', async () => {
  const { entries } = honestEntries();
  const path = await writeRaw(
    await scratchDir(),
    entries.filter((entry) => !entry.path.includes('/a_')),
    Buffer.alloc(512),
  );
  await expect(readBundle(path, {})).rejects.toMatchObject({
    details: {
      faults: [
        { path: 'pigsty/a_1_all.deb', code: 'BUNDLE_INVALID' },
        { path: null, code: 'BUNDLE_TRUNCATED' },
      ],
    },
  });
});
