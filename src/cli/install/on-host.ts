/** Verbs another pigsty-install calls on the host it drives: `unpack` (also useful by itself) and `probe`. */
import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { AppError } from '../../base/errors.ts';
import { repositoryDirectory } from '../../base/repository-place.ts';
import { runPhase } from '../../base/run-phase.ts';
import type { Probe } from '../../install/contract/declaration.ts';
import { bundleTrust } from '../../install/desired/bundle-trust.ts';
import { runProbes } from '../../install/probes/run-probes.ts';
import { unpackBundle } from '../../pack/read/unpack-bundle.ts';
import type { CommandContext, CommandResult } from '../program/command.ts';
import type { UnpackOptions } from './options.ts';

/** Asks every probe given as JSON on standard input; answers as JSON. */
export async function runProbe(options: { readonly once?: boolean }): Promise<void> {
  const probes = JSON.parse(await text(process.stdin)) as Probe[];
  process.stdout.write(JSON.stringify(await runProbes(probes, { once: options.once === true })));
}

/** Verifies and unpacks a bundle on this machine. */
export async function runUnpack(options: UnpackOptions, context: CommandContext): Promise<CommandResult> {
  if (options.offline === undefined) throw new AppError('USAGE', 'which bundle?', { hint: 'pigsty-install unpack --offline BUNDLE.tgz' });
  const path = resolve(context.cwd, options.offline);
  const trust = options.keyStdin === true ? await bundleTrust(await text(process.stdin), 'standard input', context.nowSec) : null;
  await mkdir(options.webRoot, { recursive: true, mode: 0o755 });
  const outcome = await runPhase(
    context,
    { phase: 'unpack', title: `Unpacking ${options.offline}` },
    () => unpackBundle(path, { webRoot: options.webRoot, repoName: options.repoName, trust, replace: options.yes === true }, context),
    ({ kind }) => kind,
  );
  if (outcome.kind === 'other-present')
    throw new AppError('CONFIRMATION_NEEDED', `${repositoryDirectory(options)} holds another repository`, { hint: 'use --yes' });
  return {
    lines: [`${repositoryDirectory(options)}: ${outcome.kind}, bundle ${outcome.index.id.slice(0, 12)}`],
    data: { outcome: outcome.kind, id: outcome.index.id },
  };
}
