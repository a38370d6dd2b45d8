/**
 * Packages that no mirror has: because the upstream has moved on since its index was read, because its server does not know how a
 * character in a URL is written, or because they never were there. The root of its metadata, read again, tells the first from the others.
 */
import { AppError, isAppError } from '../base/errors.ts';
import type { Lock, LockedPackage } from '../lock/lock.ts';
import { currentRootSha256 } from '../metadata/current-root.ts';
import type { Downloader } from '../metadata/downloader.ts';
import { type FindUpstreams, findUpstream } from './find-upstream.ts';

/** What was asked for when the error came. */
export interface MissingContext {
  readonly lock: Lock;
  /** Packages that were asked for; not all need be missing. */
  readonly asked: readonly LockedPackage[];
  readonly findUpstreams: FindUpstreams;
}

/** `nginx 1.22.1-9 [pgdg]`, as errors of the download name it. */
export function packageLabel({ name, version, upstream }: LockedPackage): string {
  return `${name} ${version} [${upstream}]`;
}

/** The error with a hint for each upstream that lacks something; any error but `FETCH_NOT_FOUND` comes back as it is. */
export async function explainMissing(error: unknown, context: MissingContext, downloader: Downloader): Promise<unknown> {
  if (!isAppError(error, 'FETCH_NOT_FOUND')) return error;
  const labels = failedLabels(error);
  const missing = context.asked.filter((locked) => labels.has(packageLabel(locked)));
  const names = [...new Set(missing.map(({ upstream }) => upstream))];
  if (names.length === 0) return error;
  const hints: string[] = [];
  for (const name of names) {
    const hasMovedOn = await movedOn(name, context, downloader);
    const paths = (packages: readonly LockedPackage[]) => packages.filter(({ upstream }) => upstream === name).map(({ path }) => path);
    hints.push(hintFor(name, hasMovedOn, paths(missing), paths(context.asked)));
  }
  const details = error.details === undefined ? {} : { details: error.details };
  return new AppError(error.code, error.message, { hint: hints.join('; '), cause: error, ...details });
}

/** Labels of the requests that failed: one error of one request, or one that lists several. */
function failedLabels({ details }: AppError): ReadonlySet<unknown> {
  const failures = Array.isArray(details?.failures) ? (details.failures as readonly { readonly label?: unknown }[]) : [];
  return new Set([details?.label, ...failures.map(({ label }) => label)]);
}

/** Null when it cannot be told. */
async function movedOn(name: string, { lock, findUpstreams }: MissingContext, downloader: Downloader): Promise<boolean | null> {
  const locked = lock.upstreams.find((one) => one.name === name);
  const upstream = findUpstream(name, await findUpstreams(), [name]);
  const current = await currentRootSha256(upstream, downloader);
  return current === null || locked === undefined ? null : current !== locked.rootSha256;
}

function hintFor(name: string, hasMovedOn: boolean | null, missing: readonly string[], asked: readonly string[]): string {
  if (hasMovedOn === true) return `upstream ${name} has moved on since its index was read for this lock: run resolve again`;
  const odd = oddCharacters(missing);
  const listed = hasMovedOn === null ? '' : `upstream ${name} still lists what it does not have: `;
  if (odd === '') return `${listed}its server never had it, or is being updated: try another mirror, or later`;
  const onlyOdd = missing.every(isOdd) && asked.some((path) => !isOdd(path)) && missing.length < asked.length;
  const how = 'we ask as apt and dnf do, with the characters encoded';
  if (onlyOdd)
    return `${listed}only files with ${odd} in their path are missing: the server of ${name} cannot do these characters (${how})`;
  return `${listed}its server cannot do ${odd} in a path (${how}), or never had it: try another mirror`;
}

function isOdd(path: string): boolean {
  return !/^[A-Za-z0-9/._-]*$/.test(path);
}

/** `"+" and "%"`: what of these paths is written with an escape in a URL; empty when nothing is. */
function oddCharacters(paths: readonly string[]): string {
  const found = new Set(paths.flatMap((path) => path.match(/[^A-Za-z0-9/._-]/gu) ?? []));
  return [...found].map((char) => JSON.stringify(char)).join(' and ');
}
