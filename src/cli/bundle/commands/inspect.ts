/** `pigsty-bundle inspect`: what a bundle is for and what is in it, read from its beginning in a moment. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { formatBytes } from '../../../base/bytes.ts';
import { formatTarget } from '../../../base/target.ts';
import type { BundleIndex } from '../../../pack/format/bundle-index.ts';
import { isPackagePath } from '../../../pack/format/layout.ts';
import { type InspectedBundle, inspectBundle } from '../../../pack/read/verify-bundle.ts';
import type { CommandContext, CommandResult } from '../../program/command.ts';
import { addOutputOptions } from '../../program/output-options.ts';
import type { GlobalOptions, Run } from '../../program/run-program.ts';
import { readBundleTrust } from '../read-bundle-trust.ts';
import { absentComponents } from '../render/absent-components.ts';
import { trustText, weakKeyTexts } from '../render/trust-text.ts';
import { signatureLine } from './verify.ts';

interface InspectOptions extends GlobalOptions {
  readonly key?: string;
}

const LARGEST = 10;

export function registerInspect(program: Command, run: Run): void {
  addOutputOptions(program.command('inspect <bundle>').description('show target, profiles, sizes, proofs and trust of a bundle'))
    .option('--key <file>', 'public key that must have signed it')
    .addHelpText(
      'after',
      '\nOnly the index is read; "pigsty-bundle verify" checks the content.\n\nExamples:\n  pigsty-bundle inspect bundle.tgz --json',
    )
    .action(async (bundle: string, options: InspectOptions) => run(options, (context) => runInspect(bundle, options, context)));
}

async function runInspect(bundle: string, options: InspectOptions, context: CommandContext): Promise<CommandResult> {
  const path = resolve(context.cwd, bundle);
  const inspected = await inspectBundle(path, await readBundleTrust(options.key, context));
  const largest = largestPackages(inspected.index);
  const { files: _files, ...head } = inspected.index;
  return {
    lines: [
      ...headLines(inspected),
      'largest packages:',
      ...largest.map(({ path: file, sizeBytes }) => `  ${formatBytes(sizeBytes).padStart(10)}  ${file}`),
    ],
    data: { bundle: path, ...head, largest, signature: inspected.signature, contentChecked: false },
  };
}

function headLines({ index, signature, packedBytes }: InspectedBundle): string[] {
  const absent = absentComponents(index.components).map(([name, reason]) => `  ${name}: ${reason}`);
  return [
    `bundle     ${index.id}`,
    `for        ${formatTarget(index.target)}${index.target.minor === null ? '' : ` (minor release ${index.target.minor})`}, flavor ${index.flavor}`,
    `version    ${index.version}`,
    `profiles   ${index.profiles.join(', ') || 'none'}`,
    ...(index.request.packages.length === 0 ? [] : [`by name    ${index.request.packages.join(', ')}`]),
    `packages   ${index.packages.count}, ${formatBytes(index.packages.sizeBytes)}; installed ${formatBytes(index.installedBytes)}`,
    `tarball    ${packedBytes === null ? 'unknown size' : formatBytes(packedBytes)}`,
    `installer  ${index.installer === null ? 'none' : formatBytes(index.installer.sizeBytes)}`,
    `signature  ${signatureLine(signature)}`,
    'proved to install with no other source:',
    ...index.proofs.map(({ profile, baseline, packages }) => `  ${profile} on baseline ${baseline}: ${packages} packages`),
    'upstreams:',
    ...index.upstreams.flatMap(({ name, suite, trust }) => [
      `  ${suite === '' ? name : `${name} ${suite}`}: ${trustText(trust)}`,
      ...weakKeyTexts(trust).map((text) => `    weak: ${text}`),
    ]),
    ...(absent.length === 0 ? [] : ['absent components:', ...absent]),
  ];
}

function largestPackages(index: BundleIndex) {
  return index.files
    .filter(({ path }) => isPackagePath(path))
    .toSorted((a, b) => b.sizeBytes - a.sizeBytes)
    .slice(0, LARGEST);
}
