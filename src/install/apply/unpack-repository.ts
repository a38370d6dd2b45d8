/** Puts the repository of the bundle below the web root, unless it is there. */
import { AppError } from '../../base/errors.ts';
import type { Context } from '../../base/events.ts';
import { repositoryDirectory } from '../../base/repository-place.ts';
import { runBatchChecked } from '../../host/batch.ts';
import { BESIDE_REPO } from '../../pack/format/layout.ts';
import { unpackBundle } from '../../pack/read/unpack-bundle.ts';
import { WORK_LOCK } from '../state/journal.ts';
import type { JournalEntry } from '../state/journal-entry.ts';
import { appendToJournal } from './append-to-journal.ts';
import { runOf } from './carry-out.ts';
import type { Installation } from './installation.ts';
import { unpackRemotely } from './remote-installer.ts';

/** @throws {AppError} `CONFIRMATION_NEEDED` when another repository is there and may not be replaced; the codes of `unpackBundle`. */
export async function unpackRepository<P>(installation: Installation<P>, context: Context): Promise<void> {
  const { input, prepared } = installation;
  if (prepared.isUnpacked) return;
  const { host, bundle, settings, replace } = input;
  const { webRoot, repoName } = settings;
  await noteTrees(installation);
  installation.changed = true;
  if (!input.isLocal) {
    await unpackRemotely(host, prepared.facts, { bundle, webRoot, repoName, replace, key: settings.key }, context);
    return;
  }
  const outcome = await unpackBundle(bundle.path, { webRoot, repoName, trust: input.trust, replace }, context);
  if (outcome.kind === 'other-present')
    throw new AppError('CONFIRMATION_NEEDED', `${repositoryDirectory(settings)} holds another repository`, {
      hint: 'use --yes to replace it',
    });
}

/** Where no repository was before, what is unpacked goes away as a whole on rollback. A replaced one does not come back. */
async function noteTrees<P>(installation: Installation<P>): Promise<void> {
  const { host, settings } = installation.input;
  const run = runOf(installation);
  const isNoted = run.earlier?.intents.some(({ before }) => before.kind === 'tree') === true;
  if (installation.prepared.facts.repository.complete || isNoted) return;
  const paths = [repositoryDirectory(settings), ...BESIDE_REPO.map((name) => `${settings.webRoot}/${name}`)];
  const intents = paths.map(
    (path): JournalEntry => ({ type: 'intent', seq: run.nextSeq++, phase: 'unpack', step: 'unpack', before: { kind: 'tree', path } }),
  );
  await runBatchChecked(host, [appendToJournal(run.run, ...intents)], { lock: WORK_LOCK });
}
