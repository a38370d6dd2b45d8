/**
 * Makes the host's own package manager simulate the real transaction against our repository alone. Before unpacking, the metadata taken
 * from the bundle stands in for the repository; it lives below /run for the moment and is removed again.
 */
import { type Operation, outputText, runBatchChecked } from '../../host/batch.ts';
import type { Host } from '../../host/host.ts';
import type { PackageSystem, Simulation, SupportFile } from '../packages/package-system.ts';
import type { Finding } from './finding.ts';

/** Below /run: gone after a reboot whatever happens. */
const DIRECTORY = '/run/pigsty-install-preflight';

/** A file of the repository's metadata, by its path in the repository. */
export interface MetadataFile {
  readonly path: string;
  readonly content: Uint8Array;
}

/** The repository to simulate against: unpacked already, or its metadata. */
export type SimulatedRepository =
  | { readonly kind: 'unpacked'; readonly directory: string; readonly keyFile: string | null }
  | { readonly kind: 'metadata'; readonly files: readonly MetadataFile[]; readonly key: string | null };

/**
 * Simulates installing `names`, in one round trip.
 *
 * @throws {AppError} the codes of {@link Host.run}.
 */
export async function simulateInstall(
  host: Host,
  system: PackageSystem,
  repository: SimulatedRepository,
  names: readonly string[],
  recommends: boolean,
): Promise<Simulation> {
  if (names.length === 0) return { installs: [], upgrades: [], removals: [], problems: [] };
  const view =
    repository.kind === 'unpacked'
      ? repository
      : { directory: `${DIRECTORY}/repository`, keyFile: repository.key === null ? null : `${DIRECTORY}/key.asc` };
  const metadata = repository.kind === 'metadata' ? repository.files : [];
  const key: SupportFile[] =
    repository.kind === 'metadata' && repository.key !== null ? [{ path: `${DIRECTORY}/key.asc`, content: repository.key }] : [];
  const write = (path: string, data: string | Uint8Array): Operation => ({
    op: 'write',
    path,
    data,
    mode: 0o644,
    owner: 'root',
    group: 'root',
  });
  const operations: Operation[] = [
    { op: 'exec', argv: ['rm', '-rf', '--', DIRECTORY] },
    ...metadata.map((file) => write(`${view.directory}/${file.path}`, file.content)),
    ...[...key, ...system.supportFiles(DIRECTORY, view, recommends)].map((file) => write(file.path, file.content)),
    { op: 'exec', argv: system.simulate(DIRECTORY, names), tolerant: true },
    { op: 'exec', argv: ['rm', '-rf', '--', DIRECTORY] },
  ];
  const results = await runBatchChecked(host, operations);
  const answer = results[operations.length - 2];
  return system.parseSimulation(outputText(answer), answer?.code ?? 1);
}

/** What a simulation means for preflight. */
export function simulationFindings(simulation: Simulation): Finding[] {
  const findings: Finding[] = [];
  if (simulation.problems.length > 0) {
    const evidence = `the package manager cannot install from this bundle alone:\n${simulation.problems.slice(0, 12).join('\n')}`;
    findings.push({
      id: 'transaction-impossible',
      severity: 'error',
      evidence,
      advice: 'build the bundle for this very release (--minor), or with --baseline captured here',
    });
  }
  if (simulation.removals.length > 0) {
    const evidence = `the transaction would remove ${simulation.removals.join(', ')}`;
    findings.push({
      id: 'transaction-removes',
      severity: 'error',
      evidence,
      advice: 'remove the conflicting packages yourself if they are not needed',
    });
  }
  const { installs, upgrades } = simulation;
  if (findings.length === 0 && installs.length + upgrades.length > 0) {
    const shown = upgrades.slice(0, 10).map((one) => one.name);
    const evidence = `${installs.length} packages to install, ${upgrades.length} to upgrade${shown.length === 0 ? '' : `: ${shown.join(', ')}`}`;
    findings.push({ id: 'transaction', severity: 'info', evidence, advice: '' });
  }
  return findings;
}
