/** A reader finds the old directory or the new one, and a run that was killed in between is mended by the next. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { renameIfThere, restoreInterruptedSwap, swapDirectory } from '../../src/files/swap-directory.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'swap-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

const at = (...parts: string[]) => join(dir, ...parts);

/** A directory that holds one file with its own name in it. */
function make(name: string, text = name): void {
  mkdirSync(at(name));
  writeFileSync(at(name, 'text'), text);
}

const textOf = (name: string) => readFileSync(at(name, 'text'), 'utf8');

describe('swapping', () => {
  it('puts the new one in the place of the old one, of which nothing stays', async () => {
    make('new');
    make('tree', 'old');
    await swapDirectory(at('new'), at('tree'));
    expect(textOf('tree')).toBe('new');
    expect(readdirSync(dir)).toEqual(['tree']);
  });

  it('needs no old one', async () => {
    make('new');
    await swapDirectory(at('new'), at('tree'));
    expect(textOf('tree')).toBe('new');
  });

  it('keeps the old one until the new one has settled', async () => {
    make('new');
    make('tree', 'old');
    let seen: string[] = [];
    await swapDirectory(at('new'), at('tree'), async () => {
      seen = readdirSync(dir).sort();
    });
    expect(seen).toEqual(['.tree.replaced', 'tree']);
    expect(readdirSync(dir)).toEqual(['tree']);
  });

  it('keeps the old one aside when the new one does not settle', async () => {
    make('new');
    make('tree', 'old');
    const swapped = swapDirectory(at('new'), at('tree'), async () => {
      throw new Error('the disk is gone');
    });
    await expect(swapped).rejects.toThrow('the disk is gone');
    expect(textOf('.tree.replaced')).toBe('old');
  });
});

describe('after a run that was killed', () => {
  it('between the two renames, the old one is put back', async () => {
    make('tree', 'old');
    renameSync(at('tree'), at('.tree.replaced'));
    await restoreInterruptedSwap(at('tree'));
    expect(textOf('tree')).toBe('old');
    expect(readdirSync(dir)).toEqual(['tree']);
  });

  it('after both, the rest of the old one is removed', async () => {
    make('tree', 'new');
    make('.tree.replaced', 'old');
    await restoreInterruptedSwap(at('tree'));
    expect(textOf('tree')).toBe('new');
    expect(readdirSync(dir)).toEqual(['tree']);
  });

  it('the next swap does the same by itself', async () => {
    make('.tree.replaced', 'old');
    make('new');
    await swapDirectory(at('new'), at('tree'));
    expect(textOf('tree')).toBe('new');
    expect(readdirSync(dir)).toEqual(['tree']);
  });

  it('the next swap, when it fails in its turn, has the old one back aside', async () => {
    make('.tree.replaced', 'old');
    await expect(swapDirectory(at('none'), at('tree'))).rejects.toMatchObject({ code: 'ENOENT' });
    await restoreInterruptedSwap(at('tree'));
    expect(textOf('tree')).toBe('old');
  });

  it('nothing is touched where no swap was under way', async () => {
    make('tree', 'old');
    make('.other.replaced', 'of another');
    await restoreInterruptedSwap(at('tree'));
    expect(readdirSync(dir).sort()).toEqual(['.other.replaced', 'tree']);
  });
});

describe('renaming what may not be there', () => {
  it('renames, or does nothing', async () => {
    make('a');
    await renameIfThere(at('a'), at('b'));
    await renameIfThere(at('a'), at('c'));
    expect(readdirSync(dir)).toEqual(['b']);
  });

  it('tells every other failure', async () => {
    make('a');
    make('b');
    await expect(renameIfThere(at('a'), at('b'))).rejects.toMatchObject({ code: 'ENOTEMPTY' });
  });
});
