/** The options of every command that resolves: what the bundle is for, what goes in, and where it comes from. */
import { type Command, Option } from 'commander';
import { FLAVORS } from '../../base/target.ts';

/** What one target is asked for. Lists are already split at commas. */
export interface RequestOptions {
  readonly distro: string;
  readonly arch?: string;
  readonly minor?: string;
  readonly flavor: (typeof FLAVORS)[number];
  readonly profile: readonly string[];
  readonly package: readonly string[];
  readonly region: string;
  readonly manifest: readonly string[];
  readonly onlyUpstream: readonly string[];
  readonly baseline: readonly string[];
  readonly module: readonly string[];
  readonly pgVersion?: string;
  readonly recommends?: boolean;
  readonly requireSignatures?: boolean;
  readonly ignoreExpiry?: boolean;
}

/** What a command line asks for: the same for each of several targets. */
export type TargetsOptions = Omit<RequestOptions, 'distro'> & { readonly distro: readonly string[] };

/** Options of every command that downloads. */
export interface FetchOptions {
  readonly store?: string;
  readonly mirrors: string;
  readonly proxy?: string;
  readonly ca: readonly string[];
  readonly offline?: boolean;
  readonly jobs: string;
  readonly timeout: string;
}

/** Splits `a,b` and collects repeated flags. */
export function collectWords(value: string, previous: readonly string[] = []): string[] {
  return [
    ...previous,
    ...value
      .split(',')
      .map((word) => word.trim())
      .filter((word) => word !== ''),
  ];
}

/** Collects repeated flags as they are: a file name may hold a comma. */
export function collectPaths(value: string, previous: readonly string[] = []): string[] {
  return [...previous, value];
}

const FIRST_USE = new WeakSet<readonly string[]>();

/** Like {@link collectWords}, but the first use of the flag replaces the default instead of adding to it. */
export function replaceDefault(defaults: readonly string[]): (value: string, previous: readonly string[]) => string[] {
  FIRST_USE.add(defaults);
  return (value, previous) => collectWords(value, FIRST_USE.has(previous) ? [] : previous);
}

/** Adds what decides the content of a bundle. */
export function addRequestOptions(command: Command): Command {
  const profiles = ['infra', 'node'];
  const baselines = ['none'];
  // A shell makes several words of ./extra/*.rpm. A command with an argument of its own would lose it to such a list.
  const names = command.registeredArguments.length === 0 ? '<names...>' : '<names>';
  return command
    .option(
      '--distro <codes>',
      'what it is for: el8 el9 el10 d12 d13 u22 u24 u26 (see "pigsty-bundle distros"); several give one bundle each',
      collectWords,
      [],
    )
    .option('--arch <cpu>', 'x86_64 (default) or aarch64; any machine builds for either')
    .option('--minor <release>', 'resolve against the repositories of this minor release, as 9.4 (EL)')
    .addOption(new Option('--flavor <name>', 'where components come from').choices(FLAVORS).default('pigsty'))
    .option('--profile <names>', 'what goes in: infra, node, pgsql-14 … pgsql-18, full', replaceDefault(profiles), profiles)
    .option(
      `--package ${names}`,
      'additional packages: name, name=version, "name (>= version)", or local files: ./extra/*.rpm',
      collectWords,
      [],
    )
    .option('--module <name:stream>', 'module stream to take packages from (EL), as nginx:1.24', collectWords, [])
    .option('--pg-version <major>', 'PostgreSQL major for groups and packages that leave it open')
    .option('--recommends', 'also what the packages recommend and what supplements them, as dnf and apt do unless told otherwise')
    .option('--region <name>', 'which mirrors: default, china, europe', 'default')
    .option('--manifest <file>', 'your own upstreams, packages, pins and removals over ours; repeatable, the later wins', collectPaths, [])
    .option('--only-upstream <names>', 'take packages from these upstreams and no others', collectWords, [])
    .option(
      '--baseline <name|file>',
      'what the target is assumed to have: none, minimal, or a file captured there: /var/lib/dpkg/status, "rpm -qa", "pigsty-install facts --json"',
      replaceDefault(baselines),
      baselines,
    )
    .option('--require-signatures', 'fail when any upstream does not sign its metadata')
    .option('--ignore-expiry', 'accept metadata past its Valid-Until (an archived mirror)');
}

/** Adds `--check-updates`. */
export function addCheckOption(command: Command): Command {
  return command.option(
    '--check-updates <lock>',
    'only say what would change against this lock, reading metadata only; exit code 1 when something would; without --distro the lock says what it is for; repeatable',
    collectPaths,
    [],
  );
}

/** Ends a command as commander does where a required option is missing. */
export function requireDistro(options: { readonly distro: readonly string[] }, command: Command): void {
  if (options.distro.length > 0) return;
  command.error("error: required option '--distro <codes>' not specified", { code: 'commander.missingMandatoryOptionValue' });
}

/** Options of every command that starts from a lock: where its upstreams are. */
export interface LockOptions {
  readonly region: string;
  readonly manifest: readonly string[];
}

/** Adds what a lock leaves open. */
export function addLockOptions(command: Command): Command {
  return command
    .option('--region <name>', 'which mirrors: default, china, europe', 'default')
    .option('--manifest <file>', 'the overlays the lock was made with; repeatable', collectPaths, []);
}

/** Adds `--store`. */
export function addStoreOption(command: Command): Command {
  return command.option('--store <dir>', 'where downloads are kept between runs (default: ~/.cache/pigsty-bundle)');
}

/** Adds what decides how downloads are made. */
export function addFetchOptions(command: Command): Command {
  return addStoreOption(command)
    .option('--mirrors <mode>', 'auto: prefer the mirrors this machine is configured for; manifest: only the manifest’s own', 'auto')
    .option('--proxy <url>', 'HTTP proxy; else HTTP_PROXY, HTTPS_PROXY and NO_PROXY are honoured')
    .option('--ca <file>', 'additional CA certificates (PEM); repeatable', collectPaths, [])
    .option('--offline', 'use only what the store holds; never touch the network')
    .option('--jobs <n>', 'at most so many downloads at a time from one mirror', '64')
    .option('--timeout <seconds>', 'give up on a connection that sends nothing for so long; it is tried again, and elsewhere', '30');
}
