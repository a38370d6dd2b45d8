/** Verbs another pigsty-install calls on the host it drives: `unpack` (also useful by itself) and `probe`. */
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { AppError } from '../../base/errors.ts';
import type { Context } from '../../base/events.ts';
import { repositoryDirectory } from '../../base/repository-place.ts';
import { runPhase } from '../../base/run-phase.ts';
import { withLease } from '../../host/lease.ts';
import { localHost } from '../../host/local.ts';
import { holdHost } from '../../install/apply/hold-host.ts';
import type { Probe } from '../../install/contract/declaration.ts';
import { bundleTrust } from '../../install/desired/bundle-trust.ts';
import { runProbes } from '../../install/probes/run-probes.ts';
import { unpackBundle } from '../../pack/read/unpack-bundle.ts';
import type { CommandContext, CommandResult } from '../program/command.ts';
import { operatorOf } from './operator.ts';
import type { UnpackOptions } from './options.ts';

/** Asks every probe given as JSON on standard input; answers as JSON. */
export async function runProbe(options: { readonly once?: boolean }): Promise<void> {
  const probes = JSON.parse(await text(process.stdin)) as Probe[];
  process.stdout.write(JSON.stringify(await runProbes(probes, { once: options.once === true })));
}

/** Somebody who is not root can only unpack into a directory of their own: that is held then, not the host. */
function holding<T>(webRoot: string, context: CommandContext, work: (held: Context) => Promise<T>): Promise<T> {
  const operator = operatorOf(context);
  if (process.getuid?.() === 0) return holdHost(localHost(), 'unpack', operator, context, work);
  const lock = join(resolve(context.cwd, webRoot), '.pigsty-install.lock');
  return withLease(localHost(), { lock, privileged: false, owner: { doing: 'unpack', ...operator } }, context, work);
}

/** Verifies and unpacks a bundle on this machine. */
export async function runUnpack(options: UnpackOptions, context: CommandContext): Promise<CommandResult> {
  if (options.offline === undefined) throw new AppError('USAGE', 'which bundle?', { hint: 'pigsty-install unpack --offline BUNDLE.tgz' });
  const path = resolve(context.cwd, options.offline);
  const trust = options.keyStdin === true ? await bundleTrust(await text(process.stdin), 'standard input', context.nowSec) : null;
  await mkdir(options.webRoot, { recursive: true, mode: 0o755 });
  const { webRoot, repoName } = options;
  const unpack = (held: Context) =>
    runPhase(
      { ...context, ...held },
      { phase: 'unpack', title: `Unpacking ${options.offline}` },
      () => unpackBundle(path, { webRoot, repoName, trust, replace: options.yes === true }, { ...context, ...held }),
      ({ kind }) => kind,
    );
  const outcome = options.held === true ? await unpack(context) : await holding(webRoot, context, unpack);
  if (outcome.kind === 'other-present')
    throw new AppError('CONFIRMATION_NEEDED', `${repositoryDirectory(options)} holds another repository`, { hint: 'use --yes' });
  return {
    lines: [`${repositoryDirectory(options)}: ${outcome.kind}, bundle ${outcome.index.id.slice(0, 12)}`],
    data: { outcome: outcome.kind, id: outcome.index.id },
  };
}
