/** `pigsty-install plan`: what would be done to a fresh host, from bundle and configuration alone. Any machine can say it; no host is needed or asked. */

import { SERVICES } from '../../components/services.ts';
import type { Service } from '../../install/contract/declaration.ts';
import type { HostParams } from '../../install/contract/desired.ts';
import { desiredStateOf } from '../../install/desired/desired-state.ts';
import { declareHost } from '../../install/plan/declare-host.ts';
import { formatPlan } from '../../install/plan/format-plan.ts';
import { FRESH_STATE, freshHostFacts } from '../../install/plan/fresh-host.ts';
import { planHost } from '../../install/plan/plan-host.ts';
import { engineServices } from '../../install/plan/repository-service.ts';
import type { CommandContext, CommandResult } from '../program/command.ts';
import { adminHost, settingsOf } from './configuration.ts';
import { installSource, selectionOf } from './install-input.ts';
import type { PlanOptions } from './options.ts';

/** Stands for the host's address when no configuration names one (RFC 5737). */
const SOME_ADDRESS = '192.0.2.10';

/** The plan; with `diff` the files too. */
export async function planFresh(options: PlanOptions, context: CommandContext): Promise<CommandResult> {
  const { bundle, assets, inventory, keyText } = await installSource(options, context);
  const chosen = inventory === null ? null : adminHost(inventory);
  const facts = freshHostFacts(bundle.view, chosen?.address ?? SOME_ADDRESS);
  const source = { bundle: bundle.view, assets, inventory, hostname: null, nowSec: context.nowSec };
  const desired = await desiredStateOf(source, facts, chosen);
  const settings = settingsOf(chosen, keyText);
  const services = [...(engineServices(settings) as unknown as Service<HostParams>[]), ...SERVICES];
  const plan = planHost(declareHost(services, desired, facts, selectionOf(options)), facts, FRESH_STATE, bundle.index.id);
  const lines = formatPlan(plan, new Map()).filter((line) => options.diff === true || !line.startsWith('    '));
  const steps = plan.steps.filter(({ why }) => why.length > 0).map(({ key, phase, title }) => ({ key, phase, title }));
  return {
    lines: [
      `unpack: ${bundle.path} to ${settings.webRoot}/${settings.repoName}`,
      ...lines.map((line) => line.replace(/ \((?:missing|not masked|not enabled; [a-z -]+)\)$/, '')),
    ],
    data: { assumed: 'a fresh host', distro: bundle.view.distro, address: facts.addresses[0], steps },
  };
}
