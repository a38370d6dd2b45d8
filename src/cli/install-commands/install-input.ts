/** From options to everything the engine needs: bundle, trust, settings, services. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { AppError, messageOf } from '../../base/errors.ts';
import type { HostParams } from '../../install/host-params.ts';
import type { InstallInput } from '../../install/install-host.ts';
import { openBundle, readAssets } from '../../install/open-bundle.ts';
import { SERVICES } from '../../install/services/table.ts';
import type { BundleTrust } from '../../pack/verify-bundle.ts';
import type { CommandContext } from '../command.ts';
import { chosenHost, readConfiguration, settingsOf } from './configuration.ts';
import type { OpenHost } from './connection.ts';
import { desiredStateOf } from './desired-state.ts';
import type { InstallOptions } from './options.ts';

/** Where keys are looked for when --key is not given. */
const DEFAULT_KEY = '/etc/pigsty/trusted.asc';

/**
 * Opens the bundle and puts everything together.
 *
 * @throws {AppError} `USAGE` without a bundle; `CONFIG_MISSING`, `CONFIG_INVALID`; the codes of `openBundle`; `KEY_UNUSABLE`.
 */
export async function installInput(options: InstallOptions, open: OpenHost, context: CommandContext): Promise<InstallInput<HostParams>> {
  if (options.offline === undefined) throw new AppError('USAGE', 'which bundle?', { hint: 'pigsty-install --offline BUNDLE.tgz' });
  const inventory = await readConfiguration(options.config, context);
  const chosen = inventory === null ? null : chosenHost(inventory, open.hostname);
  for (const message of inventory?.warnings ?? []) context.report({ type: 'warning', code: 'CONFIG', message });
  const keyText = await readKey(options.key, context);
  const trust = keyText === null ? null : await trustOf(keyText, options.key ?? DEFAULT_KEY, context);
  const bundle = await openBundle(resolve(context.cwd, options.offline), trust);
  const assets = await readAssets(bundle, context.signal);
  const source = { bundle: bundle.view, assets, inventory, hostname: open.hostname, nowSec: context.nowSec };
  return {
    host: open.host,
    isLocal: open.isLocal,
    bundle,
    trust,
    settings: settingsOf(chosen, keyText),
    services: SERVICES,
    desire: (facts) => desiredStateOf(source, facts, chosen),
    selection: {
      ...(options.only === undefined ? {} : { only: options.only }),
      ...(options.skip === undefined ? {} : { skip: options.skip }),
    },
    replace: options.yes === true,
    command: { offline: bundle.path, ...(options.config === undefined ? {} : { config: resolve(context.cwd, options.config) }) },
    nowMs: Date.now,
  };
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
