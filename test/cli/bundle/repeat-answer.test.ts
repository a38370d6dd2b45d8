/** A command line that was answered before: its lock, its words, and nothing worked out. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Answer, keepAnswer, type Question } from '../../../src/cli/bundle/answer-memo.ts';
import { repeatAnswer } from '../../../src/cli/bundle/repeat-answer.ts';
import { openStore } from '../../../src/store/store.ts';
import { temporaryDir } from '../../support/fetch-lab.ts';
import { capture } from '../render/capture.ts';

/** An answer in a store that the words name as `words` says. */
async function answered(words: (store: string) => readonly string[], more: Partial<Answer> = {}) {
  const dir = await temporaryDir();
  const store = join(dir, 'store');
  const argv = ['resolve', ...words(store)];
  const question: Question = { buildId: 'build', argv, cwd: dir, env: { HOME: dir, PIGSTY_BUNDLE_STORE: store }, nowSec: 1_700_000_000 };
  const answer: Answer = {
    options: { json: false, quiet: false },
    said: [{ type: 'warning', code: 'WEAK_KEY', message: 'an old key' }],
    lockPath: join(dir, 'el9.lock'),
    lockText: 'the lock\n',
    lines: ['234 packages'],
    data: { packages: 234 },
    ...more,
  };
  await keepAnswer(await openStore(store), question, [], answer);
  return { question, answer };
}

describe('an answer', () => {
  it.each<[string, (store: string) => readonly string[]]>([
    ['in the usual place', () => []],
    ['in a place that was named', (store) => ['--store', store]],
    ['in a place that was named in one word', (store) => [`--store=${store}`]],
  ])('%s is written and shown again', async (_, words) => {
    const { question, answer } = await answered(words);
    const shown = capture();
    expect(await repeatAnswer(question, shown.streams)).toBe(true);
    expect(readFileSync(answer.lockPath, 'utf8')).toBe('the lock\n');
    expect(shown.written.out).toBe('234 packages\n');
    expect(shown.written.err).toContain('the same answer');
    expect(shown.written.err).toContain('warning: an old key');
  });

  it('is shown as data where data was asked for', async () => {
    const { question } = await answered(() => ['--json'], { options: { json: true, quiet: true } });
    const shown = capture();
    expect(await repeatAnswer(question, shown.streams)).toBe(true);
    expect(shown.written.out.trim().split('\n').at(-1)).toBe('{"type":"result","packages":234}');
  });
});

describe('the long way is gone, and nothing shown,', () => {
  it('where there is no answer', async () => {
    const { question } = await answered(() => []);
    const shown = capture();
    expect(await repeatAnswer({ ...question, argv: ['resolve', '--distro', 'el8'] }, shown.streams)).toBe(false);
    expect(shown.written.out + shown.written.err).toBe('');
  });

  it('where the lock cannot be written', async () => {
    const file = join(await temporaryDir(), 'file');
    writeFileSync(file, '');
    const { question } = await answered(() => [], { lockPath: join(file, 'el9.lock') });
    const shown = capture();
    expect(await repeatAnswer(question, shown.streams)).toBe(false);
    expect(shown.written.out + shown.written.err).toBe('');
  });

  it('where no store has a place', async () => {
    const { question } = await answered(() => []);
    expect(await repeatAnswer({ ...question, env: {} }, capture().streams)).toBe(false);
  });
});
