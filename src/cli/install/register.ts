/** Every verb of pigsty-install with its options. What a verb does is imported when it is called: starting stays quick. */
import { type Command, Option } from 'commander';
import { DEFAULT_PLACE } from '../../base/repository-place.ts';
import type { CommandContext, CommandResult } from '../program/command.ts';
import { addOutputOptions } from '../program/output-options.ts';
import type { GlobalOptions, Run } from '../program/run-program.ts';
import {
  addBundleOptions,
  addConnectionOptions,
  addInstallOptions,
  type ConnectionOptions,
  type InstallOptions,
  type PlanOptions,
  type RollbackOptions,
  type StatusOptions,
  type UnpackOptions,
} from './options.ts';

const EXAMPLES = `
Examples:
  pigsty-install --offline pigsty-pkg-v4.5.0.d12.x86_64.tgz --check
  pigsty-install --offline pigsty-pkg-v4.5.0.d12.x86_64.tgz --config pigsty.yml
  pigsty-install --offline pigsty-pkg-v4.5.0.el9.x86_64.tgz --host admin@10.10.10.10 --key pigsty-bundle.asc`;

/** Installing is the program's own action. */
export function registerVerbs(program: Command, run: Run): void {
  addInstallOptions(program)
    .option('--check', 'show what would be done, with diffs, and change nothing')
    .addHelpText('after', EXAMPLES)
    .action(async (options: InstallOptions) =>
      run(options, async (context) => (await import('./install.ts')).runInstall(options, context)),
    );
  const verb = <O extends GlobalOptions>(command: Command, work: (options: O, context: CommandContext) => Promise<CommandResult>): void => {
    // Options of the program count wherever they stand: `pigsty-install --host a status` is `pigsty-install status --host a`.
    command.action(async () => {
      const options = command.optsWithGlobals() as O;
      await run(options, (context) => work(options, context));
    });
  };
  verb<InstallOptions>(
    addInstallOptions(program.command('resume').description('continue a run that was killed or failed')),
    async (options, context) => (await import('./install.ts')).runResume(options, context),
  );
  verb<PlanOptions>(
    addBundleOptions(addOutputOptions(program.command('plan').description('what would be done to a fresh host; none is needed'))).option(
      '--diff',
      'show the files too',
    ),
    async (options, context) => (await import('./plan-fresh.ts')).planFresh(options, context),
  );
  verb<StatusOptions>(
    addConnectionOptions(program.command('status').description('every component: unit, port, answer, URL; runs under way')).option(
      '--follow',
      'show what a run under way does, until it has ended',
    ),
    async (options, context) => (await import('./look-verbs.ts')).showStatus(options, context),
  );
  verb<InstallOptions>(
    addInstallOptions(program.command('doctor').description('judge a host, with --offline against a bundle; changes nothing')),
    async (options, context) => (await import('./look-verbs.ts')).runDoctor(options, context),
  );
  verb<ConnectionOptions>(addConnectionOptions(program.command('facts').description('what is known of a host')), async (options, context) =>
    (await import('./look-verbs.ts')).showFacts(options, context),
  );
  verb<RollbackOptions>(
    addConnectionOptions(
      program.command('rollback').description('put every touched file, unit and package source back as before the last run'),
    ).option('--all', 'take back every run, newest first'),
    async (options, context) => (await import('./rollback.ts')).runRollback(options, context),
  );
  verb<RollbackOptions>(
    addConnectionOptions(program.command('uninstall').description('take back every run and remove what is kept on the host')).option(
      '--yes',
      'without asking',
    ),
    async (options, context) => (await import('./rollback.ts')).runUninstall(options, context),
  );
  registerOnHost(program, verb);
}

type Verb = <O extends GlobalOptions>(command: Command, work: (options: O, context: CommandContext) => Promise<CommandResult>) => void;

/** What another pigsty-install calls on the host it drives. */
function registerOnHost(program: Command, verb: Verb): void {
  const unpack = addOutputOptions(program.command('unpack').description('verify a bundle and unpack it, nothing else'))
    .option('--offline <bundle>', 'the bundle')
    .option('--web-root <directory>', 'where the repository goes', DEFAULT_PLACE.webRoot)
    .option('--repo-name <name>', 'what its directory is called', DEFAULT_PLACE.repoName)
    .option('--key-stdin', 'public keys on standard input, one of which must have signed it')
    .addOption(new Option('--held', 'the caller holds the host').hideHelp())
    .option('--yes', 'replace a repository of another bundle');
  verb<UnpackOptions>(unpack, async (options, context) => (await import('./on-host.ts')).runUnpack(options, context));
  program
    .command('probe', { hidden: true })
    .option('--once', 'try each only once')
    .action(async (options: { once?: boolean }) => (await import('./on-host.ts')).runProbe(options));
}
