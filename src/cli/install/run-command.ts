/** What the options say of a run, for its journal, and back: so that `resume` does what was begun, or refuses. */
import { resolve } from 'node:path';
import { AppError } from '../../base/errors.ts';
import type { InstallSource } from '../../install/desired/install-source.ts';
import type { RunRecord } from '../../install/state/journal.ts';
import type { RunCommand } from '../../install/state/journal-entry.ts';
import type { InstallOptions } from './options.ts';

/** The command as it is noted. Paths are made absolute: `resume` is typed elsewhere. */
export function runCommandOf({ config, key, only, skip }: InstallOptions, { bundle }: InstallSource, cwd: string): RunCommand {
  const { signature } = bundle;
  return {
    offline: bundle.path,
    ...(config === undefined ? {} : { config: resolve(cwd, config) }),
    ...(key === undefined ? {} : { key: resolve(cwd, key) }),
    ...(signature.kind === 'verified' ? { signer: signature.fingerprint } : {}),
    ...(only === undefined ? {} : { only }),
    ...(skip === undefined ? {} : { skip }),
  };
}

/**
 * The options `resume` goes on with: those of the run, but for files that lie elsewhere now.
 *
 * @throws {AppError} `USAGE` when other components are named than those the run was begun for.
 */
export function resumedOptions(options: InstallOptions, { command }: RunRecord): InstallOptions {
  const { signer: _, ...noted } = command;
  for (const name of ['only', 'skip'] as const) {
    const given = options[name];
    if (given === undefined || given.join() === noted[name]?.join()) continue;
    const before = noted[name] === undefined ? `without --${name}` : `with --${name} ${noted[name].join(',')}`;
    throw new AppError('USAGE', `the run was begun ${before}, and resume does what was begun`, {
      hint: `leave --${name} away; to change what is installed, run \`pigsty-install --offline …\` with all its options`,
    });
  }
  const elsewhere = { offline: options.offline, config: options.config, key: options.key };
  const moved = Object.fromEntries(Object.entries(elsewhere).filter(([, path]) => path !== undefined));
  return { ...options, ...noted, ...moved } as InstallOptions;
}

/**
 * That `source` is the bundle the run went on with, as trusted as then.
 *
 * @throws {AppError} `RESUME_MISMATCH`.
 */
export function assertSameRun({ bundle }: InstallSource, { run, lastBundleId, command }: RunRecord): void {
  const { id } = bundle.index;
  if (lastBundleId !== '' && id !== lastBundleId) {
    throw new AppError(
      'RESUME_MISMATCH',
      `${bundle.path} is bundle ${id.slice(0, 12)}; run ${run} was begun with ${lastBundleId.slice(0, 12)}`,
      {
        hint: 'name the bundle it was begun with (--offline), or go on with this one: `pigsty-install --offline BUNDLE …`',
      },
    );
  }
  const { signature } = bundle;
  if (command.signer === undefined || (signature.kind === 'verified' && signature.fingerprint === command.signer)) return;
  throw new AppError(
    'RESUME_MISMATCH',
    `run ${run} was begun with a bundle whose signature by ${command.signer} was verified; now it is not`,
    {
      hint: 'name the file of that public key (--key)',
    },
  );
}
