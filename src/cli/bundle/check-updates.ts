/**
 * `--check-updates LOCK`: what a new build would change, from metadata alone, for a cron job. The request is that of the command line where
 * it names a distro, else the one the lock was made for. Nothing is written but the store.
 */
import { resolve as absolute } from 'node:path';
import { formatBytes } from '../../base/bytes.ts';
import { AppError } from '../../base/errors.ts';
import { familyOf, formatTarget } from '../../base/target.ts';
import { diffPackages, type LockDiff } from '../../lock/diff-packages.ts';
import { LOCAL_UPSTREAM, type Lock } from '../../lock/lock.ts';
import { staleReasons } from '../../lock/stale-reasons.ts';
import { isPackageFile } from '../../metadata/local-packages.ts';
import { resolve } from '../../resolve/resolve.ts';
import { lockedRequest, type ResolveInput } from '../../resolve/resolve-request.ts';
import { compareVersions } from '../../version/compare-versions.ts';
import type { CommandContext, CommandResult } from '../program/command.ts';
import { EXIT } from '../program/exit-codes.ts';
import { readLock } from './read-lock.ts';
import { changeLine, signedBytes } from './render/change-line.ts';
import type { FetchOptions, RequestOptions, TargetsOptions } from './request-options.ts';
import { runTargets, type TargetResult, type TargetWork } from './run-targets.ts';
import { stateRequest } from './state-request.ts';
import { targetRequests } from './target-requests.ts';

/** As commander hands it over. */
export interface CheckOptions {
  readonly checkUpdates: readonly string[];
}

type Options = TargetsOptions & FetchOptions & CheckOptions;

/**
 * The changes of each lock. Exit code 0 when a new build would have the same packages, 1 when not.
 *
 * @throws {AppError} `LOCK_MISSING`, `LOCK_INVALID`, `LOCK_STALE` when the lock's own request needs a file that was not given, `USAGE` when
 * `--distro` does not name its target, and everything `resolve` throws.
 */
export async function checkUpdates(options: Options, context: CommandContext): Promise<CommandResult> {
  const works: TargetWork[] = [];
  for (const file of options.checkUpdates) {
    const lock = await readLock(absolute(context.cwd, file), 'name the lock of an earlier build; it lies beside its bundle');
    const request = options.distro.length === 0 ? requestOfLock(lock, file, options) : await requestFor(lock, file, options, context);
    works.push({ target: formatTarget(lock), run: async (downloader, own) => checkOne(file, lock, request, options, downloader, own) });
  }
  return runTargets(works, ['changes', 'download'], options, context);
}

async function checkOne(
  file: string,
  lock: Lock,
  request: RequestOptions,
  { distro }: Options,
  ...[downloader, context]: Parameters<TargetWork['run']>
): Promise<TargetResult> {
  const { input: stated, local, policy } = await stateRequest(request, downloader, context);
  const input = distro.length === 0 ? withRecommends(stated, lock) : stated;
  if (distro.length === 0 && lock.request.recommends && !input.recommends) context.report({ type: 'note', message: GROUP_RECOMMENDS });
  const differences = staleReasons(lock, { ...input.manifest.target, flavor: input.manifest.flavor, request: lockedRequest(input) });
  const lacking = differences.filter((reason) => reason.startsWith('baseline'));
  if (distro.length === 0 && lacking.length > 0) throw baselineLacking(file, lacking);
  for (const reason of differences) context.report({ type: 'note', message: `a new build would answer another request: ${reason}` });
  const fresh = (await resolve(input, local, downloader, policy, context)).lock;
  const diff = diffPackages(lock.packages, fresh.packages, compareVersions[familyOf(lock.distro)]);
  return resultOf(file, lock, fresh, diff, differences);
}

function resultOf(file: string, lock: Lock, fresh: Lock, diff: LockDiff, requestDiffers: readonly string[]): TargetResult {
  const upstreamOf = new Map([...lock.packages, ...fresh.packages].map(({ name, arch, upstream }) => [`${name} ${arch}`, upstream]));
  const changes = diff.changes.map((change) => ({ ...change, upstream: upstreamOf.get(`${change.name} ${change.arch}`) ?? '' }));
  const upstreams = movedUpstreams(lock, fresh);
  const target = formatTarget(lock);
  const hasUpdates = changes.length > 0;
  const moved = upstreams.length === 0 ? '' : `; new metadata of ${upstreams.join(', ')}`;
  const summary = hasUpdates
    ? `${changes.length} of ${fresh.packages.length} packages would change, ${formatBytes(diff.newBytes)} to download, ${signedBytes(diff.deltaBytes)}`
    : `nothing new: a new build would have the same ${lock.packages.length} packages`;
  return {
    summary: {
      lines: [...changes.map((change) => `${changeLine(change)}  [${change.upstream}]`), `${file}: ${summary}${moved}`],
      data: {
        lock: file,
        target,
        updates: hasUpdates,
        changes,
        deltaBytes: diff.deltaBytes,
        newBytes: diff.newBytes,
        upstreams,
        requestDiffers,
      },
      exitCode: hasUpdates ? EXIT.updates : EXIT.ok,
    },
    row: {
      changes: String(changes.length),
      download: formatBytes(diff.newBytes),
      result: hasUpdates ? 'updates' : 'nothing new',
    },
  };
}

/** Names of upstreams whose metadata is another than in the lock. */
function movedUpstreams(lock: Lock, fresh: Lock): string[] {
  const known = new Map(lock.upstreams.map(({ name, rootSha256 }) => [name, rootSha256]));
  return fresh.upstreams.filter(({ name, rootSha256 }) => known.get(name) !== rootSha256).map(({ name }) => name);
}

const GROUP_RECOMMENDS =
  'a group of this request wants what is recommended; if the build had --recommends, too, check beside its whole command line (with --distro)';

/** The command line's request for the target of the lock. */
async function requestFor(lock: Lock, file: string, options: Options, context: CommandContext): Promise<RequestOptions> {
  const target = formatTarget(lock);
  const found = (await targetRequests(options, context)).find((request) => request.target === target);
  if (found !== undefined) return found.options;
  throw new AppError('USAGE', `${file} is for ${target}, which --distro ${options.distro.join(',')} does not name`, {
    hint: 'leave --distro away: the lock knows what it was made for',
  });
}

/** What the lock was made for. It has no files: those that were given then are given again. */
function requestOfLock(lock: Lock, file: string, options: Options): RequestOptions {
  const { request } = lock;
  const files = options.package.filter(isPackageFile);
  if (files.length === 0 && lock.upstreams.some(({ name }) => name === LOCAL_UPSTREAM)) {
    throw new AppError('LOCK_STALE', `${file} was made with packages given as files`, { hint: 'give them again, with --package FILE' });
  }
  const { pgVersion: _pg, minor: _minor, recommends: _recommends, ...rest } = options;
  return {
    ...rest,
    distro: formatTarget(lock),
    flavor: lock.flavor,
    profile: request.profiles,
    package: [...request.packages, ...files],
    module: request.modules,
    baseline: [...request.baseline.filter((name) => !name.startsWith('file:')), ...options.baseline.filter(isFile)],
    ...(request.pgVersion === null ? {} : { pgVersion: String(request.pgVersion) }),
    ...(request.minor === null ? {} : { minor: request.minor }),
  };
}

/** A lock says that something was recommended, not by whom: it was `--recommends` only where no group of the request says so itself. */
function withRecommends(input: ResolveInput, lock: Lock): ResolveInput {
  return { ...input, recommends: lock.request.recommends && !lockedRequest(input).recommends };
}

function isFile(baseline: string): boolean {
  return baseline !== 'none' && baseline !== 'minimal';
}

function baselineLacking(file: string, reasons: readonly string[]): AppError {
  return new AppError('LOCK_STALE', `${file} was made for other hosts:\n  ${reasons.join('\n  ')}`, {
    hint: 'give the captured files it was made with, with --baseline FILE',
    details: { reasons },
  });
}
