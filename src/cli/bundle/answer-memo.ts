/**
 * The answer to a command line, kept with everything it was made of: the program, the words, the files that were read, the roots of the
 * upstreams, and the day. The same command line is answered again while all of that is the same; the files and roots are read and hashed to
 * know. Only what lies on this machine can be looked at this quickly: a request with an upstream elsewhere is never kept.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Event } from '../../base/events.ts';
import type { AskedRoot } from '../../fetch/download/fetcher.ts';
import { readDerived, writeDerived } from '../../store/derived-cache.ts';
import type { Store } from '../../store/store.ts';

const KIND = 'answers';
const DAY_SEC = 86_400;

/** What of the world decides about an answer besides files. */
export interface Question {
  readonly buildId: string;
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly nowSec: number;
}

/** A file that was read, and the SHA-256 of its bytes; null for one that could not be read. */
export interface ReadFile {
  readonly path: string;
  readonly sha256: string | null;
}

/** What the command did. */
export interface Answer {
  readonly options: { readonly json: boolean; readonly quiet: boolean };
  /** Warnings and notes, in order. */
  readonly said: readonly Event[];
  readonly lockPath: string;
  readonly lockText: string;
  readonly lines: readonly string[];
  readonly data: Readonly<Record<string, unknown>>;
}

interface Memo {
  readonly files: readonly ReadFile[];
  readonly answer: Answer;
}

/** What the roots came from, as files; null when one of them may be elsewhere. */
export function filesOfRoots(roots: readonly AskedRoot[]): ReadFile[] | null {
  if (!roots.every(({ urls }) => urls.every((url) => url.startsWith('file:')))) return null;
  return roots.flatMap(({ urls, mirrorIndex, sha256 }) =>
    urls
      .slice(0, sha256 === null ? urls.length : mirrorIndex + 1)
      .map((url, at) => ({ path: fileURLToPath(url), sha256: at === mirrorIndex ? sha256 : null })),
  );
}

/** Keeps an answer. @throws {AppError} `STORE_UNWRITABLE`, `DISK_FULL` */
export async function keepAnswer(store: Store, question: Question, files: readonly ReadFile[], answer: Answer): Promise<void> {
  const memo: Memo = { files, answer };
  await writeDerived(store, KIND, keyOf(question), Buffer.from(JSON.stringify(memo)));
}

/** The kept answer, when everything it was made of is the same; null otherwise. */
export async function recallAnswer(store: Pick<Store, 'dir'>, question: Question): Promise<Answer | null> {
  const kept = await readDerived(store, KIND, keyOf(question));
  if (kept === undefined) return null;
  const { files, answer } = JSON.parse(kept.toString('utf8')) as Memo;
  const same = await Promise.all(files.map(async ({ path, sha256 }) => (await digestOf(path)) === sha256));
  return same.every(Boolean) ? answer : null;
}

async function digestOf(path: string): Promise<string | null> {
  const bytes = await readFile(path).catch(() => null);
  return bytes === null ? null : createHash('sha256').update(bytes).digest('hex');
}

/** The day belongs to it, since keys expire. */
function keyOf({ buildId, argv, cwd, env, nowSec }: Question): string {
  const ours = Object.entries(env).filter(([name]) => name === 'HOME' || name.startsWith('XDG_') || name.startsWith('PIGSTY_BUNDLE_'));
  const parts = [buildId, argv, cwd, ours.sort(), Math.floor(nowSec / DAY_SEC)];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
