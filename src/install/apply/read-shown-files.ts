/** The present content of the files a plan shows a difference of. */
import { runBatch } from '../../host/batch.ts';
import type { Host } from '../../host/host.ts';
import { pathsToShow } from '../plan/format-plan.ts';
import type { HostPlan } from '../plan/plan-host.ts';

/** By path; empty for a file that cannot be read. @throws {AppError} the codes of {@link Host.run}. */
export async function readShownFiles(host: Host, plan: HostPlan): Promise<ReadonlyMap<string, Buffer>> {
  const paths = pathsToShow(plan);
  const results = await runBatch(
    host,
    paths.map((path) => ({ op: 'exec', argv: ['cat', '--', path], errors: 'drop', tolerant: true }) as const),
  );
  return new Map(paths.map((path, i) => [path, results[i]?.output ?? Buffer.alloc(0)]));
}
