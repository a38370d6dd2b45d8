/** From the options of the command line to a downloader: the store, a fetcher over it, and the mirrors this machine already uses. */
import { resolve } from 'node:path';
import { AppError } from '../../base/errors.ts';
import type { ResolvedUpstream } from '../../config/manifest/distro-manifest.ts';
import { createFetcher } from '../../fetch/download/fetcher.ts';
import { expandMirrors } from '../../fetch/mirrors/expand-mirrors.ts';
import { type MachineSources, readMachineSources } from '../../fetch/mirrors/machine-sources.ts';
import { Downloader } from '../../metadata/downloader.ts';
import type { CommandContext } from '../program/command.ts';
import { openChosenStore } from './open-store.ts';
import type { FetchOptions } from './request-options.ts';

const MIRROR_MODES = ['auto', 'manifest'];
const CONNECT_MS = 10_000;

/** @throws {AppError} `USAGE` for a bad option, `STORE_UNWRITABLE`, `CONFIG_INVALID` for a proxy or CA file that cannot be used. */
export async function openDownloader(options: FetchOptions, context: CommandContext): Promise<Downloader> {
  const jobs = wholeNumber('--jobs', options.jobs, 64);
  const stallMs = wholeNumber('--timeout', options.timeout, 3600) * 1000;
  if (!MIRROR_MODES.includes(options.mirrors)) {
    throw new AppError('USAGE', `--mirrors ${options.mirrors}: expected one of ${MIRROR_MODES.join(', ')}`);
  }
  const store = await openChosenStore(options, context);
  const machine = await readMachineSources();
  const fetcher = createFetcher({
    store,
    report: context.report,
    signal: context.signal,
    offline: options.offline === true,
    env: context.env,
    caFiles: options.ca.map((path) => resolve(context.cwd, path)),
    concurrencyPerHost: jobs,
    totalConcurrency: jobs * 2,
    timeouts: { stallMs, connectMs: Math.min(stallMs, CONNECT_MS) },
    ...proxyOf(options, machine, context),
  });
  const mirrors = options.mirrors === 'auto' ? 'auto' : 'none';
  const baseUrlsOf = (upstream: ResolvedUpstream) => expandMirrors(upstream.urls, { mirrors, machine, ...subjectOf(upstream) });
  return new Downloader({ store, fetcher, baseUrlsOf });
}

function wholeNumber(option: string, text: string, most: number): number {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (value >= 1 && value <= most) return value;
  throw new AppError('USAGE', `${option} ${text}: expected a number from 1 to ${most}`);
}

/** apt's own proxy is used when nobody set one for us: on many company networks it is the only way out. */
function proxyOf(options: FetchOptions, machine: MachineSources, { env }: CommandContext): { readonly proxy?: string } {
  if (options.proxy !== undefined) return { proxy: options.proxy };
  const isSet = ['http_proxy', 'https_proxy', 'all_proxy'].some((name) => (env[name] ?? env[name.toUpperCase()] ?? '') !== '');
  const apt = machine.aptProxies.https ?? machine.aptProxies.http;
  return isSet || apt === undefined ? {} : { proxy: apt };
}

function subjectOf(upstream: ResolvedUpstream): { readonly dnf?: { repoId: string; releasever: string; basearch: string } } {
  if (upstream.layout !== 'rpm') return {};
  const [, releasever = '', basearch = ''] = /\/(\d+(?:\.\d+)?)\/.*?(x86_64|aarch64)/.exec(upstream.urls[0] ?? '') ?? [];
  return releasever === '' ? {} : { dnf: { repoId: upstream.name, releasever, basearch } };
}
