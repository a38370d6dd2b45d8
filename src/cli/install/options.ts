/** The options of every verb. Light: it is loaded at every start, the work of a verb only when it is asked for. */

import type { Command } from 'commander';
import { addOutputOptions } from '../program/output-options.ts';
import type { GlobalOptions } from '../program/run-program.ts';

/** What every verb that touches a host takes. */
export interface ConnectionOptions extends GlobalOptions {
  readonly host?: string;
  readonly identity?: string[];
  readonly knownHosts?: string;
  readonly acceptNew?: boolean;
}

/** Options of every verb that plans. */
export interface InstallOptions extends ConnectionOptions {
  readonly offline?: string;
  readonly config?: string;
  readonly key?: string;
  readonly only?: string[];
  readonly skip?: string[];
  readonly yes?: boolean;
}

/** Of `plan`. */
export interface PlanOptions extends InstallOptions {
  readonly diff?: boolean;
}

/** Of `status`. */
export interface StatusOptions extends ConnectionOptions {
  readonly follow?: boolean;
}

/** Of `rollback` and `uninstall`. */
export interface RollbackOptions extends ConnectionOptions {
  readonly all?: boolean;
  readonly yes?: boolean;
}

/** Of `unpack`. */
export interface UnpackOptions extends GlobalOptions {
  readonly offline?: string;
  readonly webRoot: string;
  readonly repoName: string;
  readonly keyStdin?: boolean;
  /** Whoever calls holds the host already. */
  readonly held?: boolean;
  readonly yes?: boolean;
}

/** Adds the options of {@link ConnectionOptions}. */
export function addConnectionOptions(command: Command): Command {
  return addOutputOptions(command)
    .option('--host <user@address>', 'drive another host over SSH; default: this machine')
    .option('--identity <file...>', 'private key for --host (default: the agent, then ~/.ssh/id_*)')
    .option('--known-hosts <file>', 'host keys to trust (default: ~/.ssh/known_hosts)')
    .option('--accept-new', 'trust the key of a host never seen before');
}

/** Adds the options of {@link InstallOptions}. */
export function addInstallOptions(command: Command): Command {
  return addBundleOptions(addConnectionOptions(command)).option(
    '--yes',
    'replace a repository of another bundle without asking; rollback does not bring it back',
  );
}

/** Adds what says what is to be installed. */
export function addBundleOptions(command: Command): Command {
  const list = (value: string, previous: string[] = []): string[] => [...previous, ...value.split(',').filter(Boolean)];
  return command
    .option('--offline <bundle>', 'the bundle to install from')
    .option('--config <file>', 'pigsty.yml; default: one host with everything')
    .option('--key <file>', 'public keys one of which must have signed the bundle (default: /etc/pigsty/trusted.asc if it is there)')
    .option('--only <names>', 'only these components, separated by commas', list)
    .option('--skip <names>', 'all but these components', list);
}
