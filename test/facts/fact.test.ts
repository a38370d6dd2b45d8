import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { linesOf, parseFiles, parsePairs, printFiles } from '../../src/facts/fact.ts';

it('files come back as they were printed by a real shell', () => {
  const root = mkdtempSync(join(tmpdir(), 'pigsty-fact-'));
  try {
    writeFileSync(join(root, 'a'), 'one\ntwo');
    writeFileSync(join(root, 'b c'), '');
    const output = execFileSync('sh', { input: printFiles(`${root}/*`) }).toString();
    expect(parseFiles(output)).toEqual([
      [join(root, 'a'), 'one\ntwo'],
      [join(root, 'b c'), ''],
    ]);
  } finally {
    rmSync(root, { recursive: true });
  }
});

it('the last value of a name counts, and a line without one does not', () => {
  expect([...parsePairs('a=1\nb=x=y\na=2\n=3\nrubbish\n')]).toEqual([
    ['a', '2'],
    ['b', 'x=y'],
  ]);
});

it('empty lines are none', () => {
  expect(linesOf('\na\n\nb\n')).toEqual(['a', 'b']);
});
