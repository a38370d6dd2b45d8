/** From options to everything the engine needs: bundle, trust, settings, services. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import ownPackage from '../../../package.json' with { type: 'json' };
import { AppError, messageOf } from '../../base/errors.ts';
import { SERVICES } from '../../components/table.ts';
import type { Inventory } from '../../config/inventory/inventory.ts';
import type { InstallInput } from '../../install/apply/install-host.ts';
import type { Selection } from '../../install/contract/declaration.ts';
import type { HostParams } from '../../install/contract/desired.ts';
import { desiredStateOf } from '../../install/desired/desired-state.ts';
import { type OpenBundle, openBundle, readAssets } from '../../install/desired/open-bundle.ts';
import { assertInstallableBy } from '../../pack/format/installer-range.ts';
import type { BundleTrust } from '../../pack/read/verify-bundle.ts';
import type { CommandContext } from '../program/command.ts';
import { chosenHost, readConfiguration, settingsOf } from './configuration.ts';
import type { OpenHost } from './connection.ts';
import type { InstallOptions } from './options.ts';

/** Where keys are looked for when --key is not given. */
const DEFAULT_KEY = '/etc/pigsty/trusted.asc';

/** What an installation is made from, before a host is looked at. */
export interface InstallSource {
  readonly bundle: OpenBundle;
  readonly assets: ReadonlyMap<string, Uint8Array>;
  readonly trust: BundleTrust | null;
  /** Armored keys behind `trust`. */
  readonly keyText: string | null;
  /** Null: one host with defaults. */
  readonly inventory: Inventory | null;
}

/**
 * Opens bundle, keys and configuration; warns of what the configuration says in vain.
 *
 * @throws {AppError} `USAGE` without a bundle; `CONFIG_MISSING`, `CONFIG_INVALID`; the codes of `openBundle`; `KEY_UNUSABLE`.
 */
export async function installSource(options: InstallOptions, context: CommandContext): Promise<InstallSource> {
  if (options.offline === undefined) throw new AppError('USAGE', 'which bundle?', { hint: 'pigsty-install --offline BUNDLE.tgz' });
  const inventory = await readConfiguration(options.config, context);
  for (const message of inventory?.warnings ?? []) context.report({ type: 'warning', code: 'CONFIG', message });
  const keyText = await readKey(options.key, context);
  const trust = keyText === null ? null : await trustOf(keyText, options.key ?? DEFAULT_KEY, context);
  const bundle = await openBundle(resolve(context.cwd, options.offline), trust);
  assertInstallableBy(bundle.index, ownPackage.version, bundle.path);
  return { bundle, assets: await readAssets(bundle, context.signal), trust, keyText, inventory };
}

/** Everything the engine needs to set up the opened host. @throws {AppError} the codes of {@link installSource}, `CONFIG_INVALID` for another host. */
export async function installInput(options: InstallOptions, open: OpenHost, context: CommandContext): Promise<InstallInput<HostParams>> {
  const { bundle, assets, trust, keyText, inventory } = await installSource(options, context);
  const chosen = inventory === null ? null : chosenHost(inventory, open.hostname);
  const source = { bundle: bundle.view, assets, inventory, hostname: open.hostname, nowSec: context.nowSec };
  return {
    host: open.host,
    isLocal: open.isLocal,
    bundle,
    trust,
    settings: settingsOf(chosen, keyText),
    services: SERVICES,
    desire: (facts) => desiredStateOf(source, facts, chosen),
    selection: selectionOf(options),
    replace: options.yes === true,
    command: { offline: bundle.path, ...(options.config === undefined ? {} : { config: resolve(context.cwd, options.config) }) },
    nowMs: Date.now,
  };
}

/** Which components take part. */
export function selectionOf({ only, skip }: InstallOptions): Selection {
  return { ...(only === undefined ? {} : { only }), ...(skip === undefined ? {} : { skip }) };
}

async function readKey(path: string | undefined, context: CommandContext): Promise<string | null> {
  try {
    return await readFile(path === undefined ? DEFAULT_KEY : resolve(context.cwd, path), 'utf8');
  } catch (error) {
    if (path === undefined && (error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new AppError('KEY_UNUSABLE', `cannot read ${path ?? DEFAULT_KEY}: ${messageOf(error)}`, { cause: error });
  }
}

/** OpenPGP is a large library: loaded only when there is a key. */
export async function trustOf(keyText: string, source: string, context: CommandContext): Promise<BundleTrust> {
  const { parseKeyring } = await import('../../trust/keyring.ts');
  return { keyring: await parseKeyring(Buffer.from(keyText), source), nowSec: context.nowSec };
}
