/** An answer is given again while nothing it was made of has changed. */
import { createHash } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type Answer, filesOfRoots, keepAnswer, type Question, recallAnswer } from '../../../src/cli/bundle/answer-memo.ts';
import { temporaryDir, temporaryStore } from '../../support/fetch-lab.ts';

const QUESTION: Question = {
  buildId: 'build',
  argv: ['resolve', '--distro', 'el9'],
  cwd: '/work',
  env: { HOME: '/home/me', TERM: 'xterm' },
  nowSec: 1_700_000_000,
};
const ANSWER: Answer = {
  options: { json: false, quiet: true },
  said: [{ type: 'warning', code: 'WEAK_KEY', message: 'an old key' }],
  lockPath: '/work/el9.lock',
  lockText: '{}\n',
  lines: ['1 package'],
  data: { packages: 1 },
};

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** A kept answer that was made of one file that is there and one that is not. */
async function kept() {
  const dir = await temporaryDir();
  const store = await temporaryStore();
  const [path, absent] = [join(dir, 'overlay.yaml'), join(dir, 'absent')];
  writeFileSync(path, 'schema: 1\n');
  const files = [
    { path, sha256: sha256('schema: 1\n') },
    { path: absent, sha256: null },
  ];
  await keepAnswer(store, QUESTION, files, ANSWER);
  return { store, path, absent };
}

it('it is the same answer', async () => {
  const { store } = await kept();
  expect(await recallAnswer(store, QUESTION)).toEqual(ANSWER);
  expect(await recallAnswer(store, { ...QUESTION, env: { HOME: '/home/me', TERM: 'dumb' } })).toEqual(ANSWER);
});

it.each<[string, Partial<Question>]>([
  ['another build', { buildId: 'other' }],
  ['other words', { argv: ['resolve', '--distro', 'el8'] }],
  ['another place', { cwd: '/elsewhere' }],
  ['another home', { env: { HOME: '/home/you' } }],
  ['another day', { nowSec: QUESTION.nowSec + 86_400 }],
])('%s has no answer yet', async (_, other) => {
  expect(await recallAnswer((await kept()).store, { ...QUESTION, ...other })).toBeNull();
});

describe('a file it was made of', () => {
  it.each<[string, (files: { path: string; absent: string }) => void]>([
    ['changed', ({ path }) => writeFileSync(path, 'schema: 2\n')],
    ['is gone', ({ path }) => rmSync(path)],
    ['came', ({ absent }) => writeFileSync(absent, '')],
  ])('%s: there is no answer', async (_, change) => {
    const { store, ...files } = await kept();
    change(files);
    expect(await recallAnswer(store, QUESTION)).toBeNull();
  });
});

describe('roots of upstreams', () => {
  const url = (name: string) => pathToFileURL(`/repo/${name}`).href;

  it('are files: those before the one that was taken must still be absent', () => {
    const asked = { urls: [url('a'), url('b b'), url('c')], mirrorIndex: 1, sha256: 'x' };
    expect(filesOfRoots([asked])).toEqual([
      { path: '/repo/a', sha256: null },
      { path: '/repo/b b', sha256: 'x' },
    ]);
  });

  it('nobody has must still be absent everywhere', () => {
    expect(filesOfRoots([{ urls: [url('a'), url('b')], mirrorIndex: -1, sha256: null }])).toEqual([
      { path: '/repo/a', sha256: null },
      { path: '/repo/b', sha256: null },
    ]);
  });

  it('that may be elsewhere are no files', () => {
    expect(filesOfRoots([{ urls: [url('a'), 'http://mirror/a'], mirrorIndex: 0, sha256: 'x' }])).toBeNull();
  });
});
