/** Comments fit the width code has: a line that must be scrolled to is a line nobody reads. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const ROOT = new URL('../../', import.meta.url).pathname;

/** The folders that keep this rule. */
const FOLDERS = ['src', 'test', 'scripts'];

const MAX_COLUMNS = 140;
/**
 * A line with nothing but a comment, or with one behind the code. A URL holds `//` too: a blank stands before those that begin a comment.
 */
const COMMENT = /^\s*(?:\/?\*|\/\/|#)|\s\/\/\s|\s\/\*\*?\s/;

function longComments(folder: string): string[] {
  const names = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.(?:ts|js|mjs|sh|py)$/.test(name),
  );
  return names.flatMap((name) =>
    readFileSync(join(ROOT, folder, name), 'utf8')
      .split('\n')
      .flatMap((line, at) =>
        line.length > MAX_COLUMNS && COMMENT.test(line) ? [`${folder}/${name}:${at + 1}: ${line.length} columns`] : [],
      ),
  );
}

it.each(FOLDERS)('no comment in %s is wider than 140 columns', (folder) => {
  expect(longComments(folder)).toEqual([]);
});
