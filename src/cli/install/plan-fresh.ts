/**
 * `pigsty-install plan`: what would be done to a fresh host, from bundle and configuration alone. Any machine can say it; no host is
 * needed or asked.
 */
import { repositoryDirectory } from '../../base/repository-place.ts';
import { SERVICES } from '../../components/services.ts';
import { planFreshHost } from '../../install/apply/plan-fresh-host.ts';
import { formatPlan } from '../../install/plan/format-plan.ts';
import type { CommandContext, CommandResult } from '../program/command.ts';
import { readConfiguration } from './configuration.ts';
import { readSource, selectionOf } from './install-source.ts';
import type { PlanOptions } from './options.ts';

/** The plan; with `diff` the files too. */
export async function planFresh(options: PlanOptions, context: CommandContext): Promise<CommandResult> {
  const source = await readSource(options, await readConfiguration(options.config, context), context);
  const { plan, settings, address } = await planFreshHost(source, SERVICES, selectionOf(options), context.nowSec);
  const lines = formatPlan(plan, new Map()).filter((line) => options.diff === true || !line.startsWith('    '));
  const steps = plan.steps.filter(({ why }) => why.length > 0).map(({ key, phase, title }) => ({ key, phase, title }));
  const { bundle } = source;
  return {
    lines: [
      `unpack: ${bundle.path} to ${repositoryDirectory(settings)}`,
      ...lines.map((line) => line.replace(/ \((?:missing|not masked|not enabled; [a-z -]+)\)$/, '')),
    ],
    data: { assumed: 'a fresh host', distro: bundle.view.distro, address, steps },
  };
}
