/** Everything an installation of one host is made from. */
import { networkInterfaces } from 'node:os';
import type { Host } from '../../host/host.ts';
import type { BundleTrust } from '../../pack/read/verify-bundle.ts';
import type { DesiredState, Service, ServiceSelection } from '../contract/declaration.ts';
import type { HostParams } from '../contract/desired.ts';
import type { EngineSettings } from '../contract/engine-settings.ts';
import { openedAdminHost } from '../desired/admin-host.ts';
import { desiredStateOf } from '../desired/desired-state-of.ts';
import type { InstallSource } from '../desired/install-source.ts';
import type { OpenBundle } from '../desired/open-bundle.ts';
import { settingsOf } from '../desired/settings-of.ts';
import type { InstallFacts } from '../state/earlier-runs.ts';
import type { RunCommand } from '../state/journal-entry.ts';
import type { Operator } from './hold-host.ts';

export interface InstallInput<P> {
  readonly host: Host;
  /** The host is this machine: unpacking and probing happen in this process. */
  readonly isLocal: boolean;
  readonly bundle: OpenBundle;
  readonly trust: BundleTrust | null;
  readonly settings: EngineSettings;
  /** The components. The engine adds its own two services. */
  readonly services: readonly Service<P>[];
  /** Turns configuration, retained secrets and facts into the desired state. May generate keys and passwords; must not change the host. */
  desire(facts: InstallFacts): Promise<DesiredState<P>>;
  readonly selection: ServiceSelection;
  /** A repository of another bundle may be replaced. */
  readonly replace: boolean;
  /** For the journal, so that `resume` knows. */
  readonly command: RunCommand;
  /** For whoever else wants the host meanwhile. */
  readonly operator: Operator;
  /** Wall clock, milliseconds since 1970. */
  readonly nowMs: () => number;
}

/** A host, and whether it is this machine. */
export interface OpenHost {
  readonly host: Host;
  readonly isLocal: boolean;
  /** What was connected to; null for this machine. */
  readonly hostname: string | null;
}

/** What a person chooses besides bundle, configuration and host. */
export interface InstallChoices extends Pick<InstallInput<HostParams>, 'services' | 'selection' | 'replace' | 'command' | 'operator'> {
  /** Seconds since 1970. */
  readonly nowSec: number;
}

/**
 * An installation of the components of this program on the opened host.
 *
 * @throws {AppError} `CONFIG_INVALID` when the configuration means another host.
 */
export function installInput(source: InstallSource, open: OpenHost, { nowSec, ...choices }: InstallChoices): InstallInput<HostParams> {
  const { bundle, trust, keyText, inventory } = source;
  const admin = inventory === null ? null : openedAdminHost(inventory, open.hostname, ownAddresses());
  const desiredSource = { bundle: bundle.view, assets: bundle.assets, inventory, hostname: open.hostname, nowSec };
  return {
    ...choices,
    host: open.host,
    isLocal: open.isLocal,
    bundle,
    trust,
    settings: settingsOf(admin, keyText),
    desire: (facts) => desiredStateOf(desiredSource, facts, admin),
    nowMs: Date.now,
  };
}

/** Where this program runs: every address of this machine. */
export function ownAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map((one) => one.address));
}
