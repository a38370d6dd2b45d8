/** Answers a command line that was answered before, without loading what it takes to work it out. */
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { replaceFile } from '../../files/replace-file.ts';
import { defaultStoreDir } from '../../store/default-store-dir.ts';
import { createRenderer } from '../render/create-renderer.ts';
import type { RenderStreams } from '../render/streams.ts';
import { warnOnce } from '../render/warn-once.ts';
import { type Answer, type Question, recallAnswer } from './answer-memo.ts';

/**
 * Writes the lock again and shows what was shown. True when it did; false when the answer has to be worked out: nothing was written or
 * shown then. Never throws.
 */
export async function repeatAnswer(question: Question, streams: RenderStreams): Promise<boolean> {
  try {
    const answer = await recallAnswer({ dir: storeDirOf(question) }, question);
    if (answer === null) return false;
    await replaceFile(answer.lockPath, async (partial) => writeFile(partial, answer.lockText));
    await show(answer, streams);
    return true;
  } catch {
    // Whatever it was, the long way says it better.
    return false;
  }
}

async function show({ options, said, lines, data }: Answer, streams: RenderStreams): Promise<void> {
  const renderer = await createRenderer(streams, options);
  renderer.report({ type: 'note', message: 'nothing has changed since this was asked before: the same answer' });
  const report = warnOnce(renderer.report);
  for (const event of said) report(event);
  renderer.result(lines, data);
  renderer.close();
}

/** Where a store would be by these words. A wrong guess finds no answer. */
function storeDirOf({ argv, cwd, env }: Question): string {
  const at = argv.lastIndexOf('--store');
  const joined = argv.findLast((word) => word.startsWith('--store='))?.slice('--store='.length);
  const named = at < 0 ? joined : argv[at + 1];
  return named === undefined ? defaultStoreDir(env) : resolve(cwd, named);
}
