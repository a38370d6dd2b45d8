/** `pigsty-bundle distros`: what bundles can be built for. */
import type { Command } from 'commander';
import { type DistroListing, listDistros } from '../../../config/manifest/list-distros.ts';
import { loadListing } from '../../../resolve/load-manifest.ts';
import type { CommandResult } from '../../program/command.ts';
import { addOutputOptions } from '../../program/output-options.ts';
import type { GlobalOptions, Run } from '../../program/run-program.ts';
import { packageRoot } from '../package-root.ts';

export function registerDistros(program: Command, run: Run): void {
  addOutputOptions(program.command('distros').description('list the distributions, CPUs, flavors and profiles there are'))
    .addHelpText('after', '\nExamples:\n  pigsty-bundle distros\n  pigsty-bundle distros --json')
    .action(async (options: GlobalOptions) => run(options, runDistros));
}

async function runDistros(): Promise<CommandResult> {
  const distros = listDistros(await loadListing(packageRoot()));
  return { lines: distros.flatMap(linesOf), data: { distros } };
}

function linesOf(distro: DistroListing): string[] {
  const status = distro.status === 'supported' ? '' : `  [${distro.status}]`;
  return [
    `${distro.code.padEnd(5)} ${distro.os} (${distro.codename})  ${distro.arches.join(' ')}${status}`,
    ...distro.flavors.map(({ flavor, profiles }) => `      --flavor ${flavor.padEnd(7)} --profile ${profiles.join(' ')}`),
  ];
}
