/** Judges a host by its facts alone, without a bundle. Asks only. */
import { gatherFacts } from '../../facts/gather.ts';
import type { Host } from '../../host/host.ts';
import type { EngineSettings } from '../contract/engine-settings.ts';
import { checkHost } from '../preflight/check-host.ts';
import type { Finding } from '../preflight/finding.ts';

/** @throws {AppError} the codes of {@link Host.run}. */
export async function doctor(host: Host, settings: EngineSettings, nowMs: () => number, signal: AbortSignal): Promise<readonly Finding[]> {
  const facts = await gatherFacts(host, nowMs, {}, { signal, place: settings });
  const { webRoot, repoName, webData } = settings;
  return checkHost({ facts, bundle: null, ports: [], webRoot, repoName, webData });
}
