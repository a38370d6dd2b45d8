/** The verbs of `pigsty-bundle` as one program. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { packageRoot } from './bundle/package-root.ts';
import { type Run, runProgram } from './program/run-program.ts';

type Register = (program: Command, run: Run) => void;

/** Every verb, in the order of the help. Loaded on demand: what one command needs is most of its start-up time. */
const COMMANDS: Readonly<Record<string, () => Promise<Register>>> = {
  build: async () => (await import('./bundle/commands/build.ts')).registerBuild,
  resolve: async () => (await import('./bundle/commands/resolve.ts')).registerResolve,
  fetch: async () => (await import('./bundle/commands/fetch.ts')).registerFetch,
  pack: async () => (await import('./bundle/commands/pack.ts')).registerPack,
  verify: async () => (await import('./bundle/commands/verify.ts')).registerVerify,
  inspect: async () => (await import('./bundle/commands/inspect.ts')).registerInspect,
  why: async () => (await import('./bundle/commands/why.ts')).registerWhy,
  diff: async () => (await import('./bundle/commands/diff.ts')).registerDiff,
  distros: async () => (await import('./bundle/commands/distros.ts')).registerDistros,
  store: async () => (await import('./bundle/commands/store.ts')).registerStore,
  keygen: async () => (await import('./bundle/commands/keygen.ts')).registerKeygen,
};

/** Read only when asked for. */
function ownVersion(): string {
  const { version } = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as { readonly version: string };
  return version;
}

/** `pigsty-bundle --check-updates LOCK` without a verb is that of `resolve`: it downloads no packages either. */
function withVerb(argv: readonly string[]): readonly string[] {
  const asks = argv[0]?.startsWith('-') === true && argv.some((word) => /^--check-updates(?:=|$)/.test(word));
  return asks ? ['resolve', ...argv] : argv;
}

/** Runs what `words` (without node and script) says and returns the exit code. Never throws. */
export async function runBundleProgram(words: readonly string[]): Promise<number> {
  const argv = withVerb(words);
  const named = COMMANDS[argv[0] ?? ''];
  const registers = await Promise.all((named === undefined ? Object.values(COMMANDS) : [named]).map((load) => load()));
  const version = argv.includes('--version') || named === undefined ? ownVersion() : '';
  const build = (run: Run): Command => {
    const program = new Command('pigsty-bundle')
      .version(version, '--version', 'show the version of pigsty-bundle')
      .description('Builds one tarball with every package Pigsty’s INFRA needs, proved to install where there is no internet.')
      .addHelpText('after', '\nStart with:  pigsty-bundle build --distro el9');
    for (const register of registers) register(program, run);
    return program;
  };
  return runProgram(build, argv);
}
