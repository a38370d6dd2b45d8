/** `pigsty-bundle verify`: reads a whole bundle once and says whether every byte is what its index promises. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { formatBytes } from '../../../base/bytes.ts';
import { runPhase } from '../../../base/run-phase.ts';
import { formatTarget } from '../../../base/target.ts';
import { type SignatureState, verifyBundle } from '../../../pack/read/verify-bundle.ts';
import type { CommandContext, CommandResult } from '../../program/command.ts';
import { addOutputOptions } from '../../program/output-options.ts';
import type { GlobalOptions, Run } from '../../program/run-program.ts';
import { readBundleTrust } from '../read-bundle-trust.ts';

interface VerifyOptions extends GlobalOptions {
  readonly key?: string;
}

export function registerVerify(program: Command, run: Run): void {
  addOutputOptions(program.command('verify <bundle>').description('check every file of a bundle, in one pass'))
    .option('--key <file>', 'public key that must have signed it')
    .addHelpText('after', EXAMPLES)
    .action(async (bundle: string, options: VerifyOptions) => run(options, (context) => runVerify(bundle, options, context)));
}

const EXAMPLES = `
Examples:
  pigsty-bundle verify pigsty-pkg-v4.5.0.d12.x86_64.tgz
  pigsty-bundle verify pigsty-pkg-v4.5.0.d12.x86_64.tgz --key pigsty-bundle.key.pub.asc`;

async function runVerify(bundle: string, options: VerifyOptions, context: CommandContext): Promise<CommandResult> {
  const path = resolve(context.cwd, bundle);
  const trust = await readBundleTrust(options.key, context);
  const verified = await runPhase(
    context,
    { phase: 'verify', title: `Verifying ${bundle}` },
    async () => verifyBundle(path, trust, context),
    ({ fileCount, sizeBytes }) => `${fileCount} files, ${formatBytes(sizeBytes)}`,
  );
  const { index, signature, fileCount, sizeBytes } = verified;
  return {
    lines: [
      `${bundle}: intact`,
      `bundle ${index.id.slice(0, 12)} for ${formatTarget(index.target)}, ${fileCount} files, ${formatBytes(sizeBytes)}`,
      signatureLine(signature),
    ],
    data: { bundle: path, id: index.id, target: index.target, fileCount, sizeBytes, signature },
  };
}

/** What is known of who signed a bundle, as a sentence. */
export function signatureLine(signature: SignatureState): string {
  switch (signature.kind) {
    case 'verified':
      return `signed by ${signature.fingerprint}`;
    case 'unchecked':
      return 'signed, not checked: give the public key with --key';
    case 'unsigned':
      return 'not signed: whoever handed it over could have changed it; build with --sign to rule that out';
  }
}
