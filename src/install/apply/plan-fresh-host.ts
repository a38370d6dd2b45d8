/** What would be done to a fresh host, from bundle and configuration alone. No host is needed or asked. */
import type { Service, ServiceSelection } from '../contract/declaration.ts';
import type { HostParams } from '../contract/desired.ts';
import type { EngineSettings } from '../contract/engine-settings.ts';
import { adminHost } from '../desired/admin-host.ts';
import { desiredStateOf } from '../desired/desired-state-of.ts';
import type { InstallSource } from '../desired/install-source.ts';
import { settingsOf } from '../desired/settings-of.ts';
import { declareHost } from '../plan/declare-host.ts';
import { FRESH_STATE, freshHostFacts } from '../plan/fresh-host.ts';
import { type HostPlan, planHost } from '../plan/plan-host.ts';
import { engineServices } from '../plan/repository-service.ts';

/** Stands for the host's address when no configuration names one (RFC 5737). */
const SOME_ADDRESS = '192.0.2.10';

/** A plan for a host that nobody has seen. */
export interface FreshPlan {
  readonly plan: HostPlan;
  readonly settings: EngineSettings;
  readonly address: string;
}

/** @throws {AppError} `CONFIG_INVALID`; `USAGE` for an unknown name in `selection`. */
export async function planFreshHost(
  source: InstallSource,
  services: readonly Service<HostParams>[],
  selection: ServiceSelection,
  nowSec: number,
): Promise<FreshPlan> {
  const { bundle, inventory, keyText } = source;
  const admin = inventory === null ? null : adminHost(inventory);
  const address = admin?.address ?? SOME_ADDRESS;
  const facts = freshHostFacts(bundle.view, address);
  const desired = await desiredStateOf({ bundle: bundle.view, assets: bundle.assets, inventory, hostname: null, nowSec }, facts, admin);
  const settings = settingsOf(admin, keyText);
  const declaration = declareHost<HostParams>([...engineServices(settings), ...services], desired, facts, selection);
  return { plan: planHost(declaration, facts, FRESH_STATE, bundle.index.id), settings, address };
}
