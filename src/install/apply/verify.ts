/** Asks every service of a host whether it works. */
import { AppError } from '../../base/errors.ts';
import { installerIn } from '../../base/repository-place.ts';
import { type ProbeResult, runProbes } from '../probes/run-probes.ts';
import type { Installation } from './installation.ts';
import { probeRemotely } from './remote-installer.ts';

/** @throws {AppError} `PROBE_FAILED` with every probe that failed. */
export async function verify<P>({ input, prepared }: Installation<P>): Promise<ProbeResult[]> {
  const { probes } = prepared.declaration;
  const results = input.isLocal ? await runProbes(probes) : await probeRemotely(input.host, installerIn(input.settings), probes, false);
  const failed = results.filter((result) => !result.ok);
  if (failed.length === 0) return results;
  const lines = failed.map((result) => `  ${result.id}: ${result.detail}`);
  throw new AppError('PROBE_FAILED', `${input.host.id}: ${failed.length} of ${results.length} probes failed:\n${lines.join('\n')}`, {
    hint: 'look at the unit (journalctl -u UNIT), then run `pigsty-install resume`',
    details: { host: input.host.id, probes: results },
  });
}
