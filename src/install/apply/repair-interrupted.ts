/** Puts in order what an interrupted run left half done, so that the host can be looked at and planned for. Acts on the host. */
import { AppError } from '../../base/errors.ts';
import type { HostFacts } from '../../facts/types.ts';
import { type Operation, outputText, runBatchChecked } from '../../host/batch.ts';
import type { Host } from '../../host/host.ts';
import type { PackageSystem } from '../packages/package-system.ts';
import { packageSystemOf } from '../packages/package-system-of.ts';
import { STATE_DIRECTORY } from '../state/earlier-runs.ts';
import { type RunRecord, WORK_LOCK } from '../state/journal.ts';
import type { PendingHandler } from '../state/journal-entry.ts';
import { appendToJournal } from './append-to-journal.ts';
import { POLICY, POLICY_FILE } from './policy-file.ts';
import { restoreOperation } from './restore-operation.ts';

/**
 * Waits for what an earlier run still does on the host. A batch whose connection broke goes on there to its end, and what is seen of the
 * host before that is no longer true when it is planned from.
 *
 * @throws {AppError} `HOST_BUSY` after 15 minutes; the codes of {@link Host.run}.
 */
export async function awaitEarlierBatch(host: Host): Promise<void> {
  await runBatchChecked(host, [{ op: 'exec', argv: ['true'] }], { lock: WORK_LOCK });
}

/**
 * Puts back the paths that the newest run changed only for the time of a transaction, then finishes the transaction itself.
 *
 * @returns true when packages were finished: facts gathered before that are no longer true.
 * @throws {AppError} `STEP_FAILED` with the package manager's words; the codes of {@link Host.run}.
 */
export async function repairInterrupted(host: Host, newest: RunRecord | null, facts: HostFacts): Promise<boolean> {
  await restorePending(host, newest);
  return finishPackages(host, newest, facts, packageSystemOf(facts));
}

async function restorePending(host: Host, record: RunRecord | null): Promise<void> {
  const pending = (record?.pendingHandlers ?? []).flatMap((one) => (one.kind === 'restore' ? [one] : []));
  if (record === null || pending.length === 0) return;
  const note = appendToJournal(record.run, { type: 'handled', handlers: pending });
  await runBatchChecked(host, [...pending.map(restoreOperation), note], { lock: WORK_LOCK });
}

async function wasInterrupted(host: Host, { interrupted }: PackageSystem): Promise<boolean> {
  return interrupted !== null && (await host.run({ argv: interrupted })).code === 0;
}

/**
 * Finishes the package transaction of an open run that was cut off in the middle (power, kill): nothing else can be installed before.
 * Services stay off.
 *
 * @returns true when there was one.
 */
async function finishPackages(host: Host, record: RunRecord | null, facts: HostFacts, system: PackageSystem): Promise<boolean> {
  const finish = system.finish(`${STATE_DIRECTORY}/${system.name}`);
  const isOurs = record?.outcome === 'open' && record.intents.some(({ before }) => before.kind === 'packages');
  if (!isOurs || record === null || finish === null) return false;
  if (facts.brokenPackages.length === 0 && !(await wasInterrupted(host, system))) return false;
  const there = record.intents.flatMap((intent) => intent.owes ?? []).findLast((one) => one.kind === 'restore' && one.path === POLICY_FILE);
  const pending: PendingHandler & { kind: 'restore' } =
    there?.kind === 'restore' ? there : { kind: 'restore', path: POLICY_FILE, blob: null };
  const seq = record.intents.reduce((max, intent) => Math.max(max, intent.seq), 0) + 1;
  const before = { kind: 'path', path: POLICY_FILE, blob: pending.blob } as const;
  const operations: Operation[] = [
    appendToJournal(record.run, { type: 'intent', seq, phase: 'preflight', step: 'finish packages', before, owes: [pending] }),
    { op: 'write', path: POLICY_FILE, mode: 0o755, owner: 'root', group: 'root', data: POLICY },
    { op: 'exec', argv: finish, tolerant: true },
    restoreOperation(pending),
    appendToJournal(record.run, { type: 'handled', handlers: [pending] }),
  ];
  const results = await runBatchChecked(host, operations, { lock: WORK_LOCK });
  if (results[2]?.code === 0) return true;
  const names = facts.brokenPackages.map(({ name, state }) => `${name} (${state})`).join(', ');
  throw new AppError(
    'STEP_FAILED',
    `${host.id}: finishing half-done packages failed: ${names}: ${outputText(results[2]).trim().slice(-2_000)}`,
    {
      hint: 'run `dpkg --configure -a` and `apt-get -f install`, look at what they say, then `pigsty-install resume`',
    },
  );
}
