/** How a host that was installed is now: every component with its units, ports and answers. Asks only. */
import { readHostFile } from '../../host/files.ts';
import { runProbes } from '../probes/run-probes.ts';
import { INSTALLED_PATH, type InstalledState, parseInstalledState } from '../state/installed-state.ts';
import type { OpenHost } from './install-input.ts';
import { parseUnits } from './observe.ts';
import { probeRemotely } from './remote-installer.ts';

/** One component. Texts are ready to be shown, empty when there is nothing to say. */
export interface ComponentStatus {
  readonly name: string;
  readonly version: string;
  readonly units: string;
  readonly ports: string;
  readonly url: string;
  readonly answers: string;
  /** Its units are as they shall be and every probe passed. */
  readonly ok: boolean;
}

/** What is installed and how it does. */
export interface HostStatus {
  readonly installed: InstalledState;
  readonly components: readonly ComponentStatus[];
}

/** Null when nothing is installed. @throws {AppError} the codes of {@link Host.run}. */
export async function hostStatus({ host, isLocal }: Pick<OpenHost, 'host' | 'isLocal'>): Promise<HostStatus | null> {
  const text = await readHostFile(host, INSTALLED_PATH);
  const installed = text === null ? null : parseInstalledState(text.toString());
  if (installed === null) return null;
  const units = installed.units.map((one) => one.unit);
  const shown = await host.run({
    argv: ['systemctl', 'show', '--property=Id,LoadState,ActiveState,SubState,UnitFileState', '--', ...units],
  });
  const states = units.length === 0 ? new Map() : parseUnits(shown.stdout.toString(), units);
  const probes = isLocal
    ? await runProbes(installed.probes, { once: true })
    : await probeRemotely(host, installed.program, installed.probes, true);
  return { installed, components: installed.services.map((name) => componentStatus(name, installed, states, probes)) };
}

function componentStatus(
  name: string,
  installed: InstalledState,
  states: ReadonlyMap<string, { active: string; sub: string }>,
  probes: readonly { component: string; ok: boolean; detail: string; id: string }[],
): ComponentStatus {
  const units = installed.units.filter((one) => one.service === name);
  const answers = probes.filter((probe) => probe.component === name);
  const stateOf = (unit: string): string => states.get(unit)?.active ?? 'unknown';
  return {
    name,
    version: installed.components.find((one) => one.name === name)?.version ?? '',
    units: units.map((one) => `${one.unit} ${stateOf(one.unit)}`).join(', '),
    ports: [...new Set(installed.ports.filter((port) => port.service === name).map((port) => `${port.port}/${port.protocol}`))].join(' '),
    url: installed.urls.find((one) => one.name === name)?.url ?? '',
    answers: answers.map((probe) => `${probe.id}: ${probe.ok ? 'ok' : probe.detail}`).join('; '),
    ok: units.every((one) => (stateOf(one.unit) === 'active') === one.active) && answers.every((probe) => probe.ok),
  };
}
