/** `--distro u24,el9,d12`: one request for each target. What only fits some of them is given to these, and refused when it fits none. */
import { resolve } from 'node:path';
import { AppError } from '../../base/errors.ts';
import { type Family, familyOf, formatTarget, parseTarget, type Target } from '../../base/target.ts';
import { isPackageFile } from '../../metadata/local-packages.ts';
import { loadOverlays } from '../../resolve/load-manifest.ts';
import type { CommandContext } from '../program/command.ts';
import type { RequestOptions, TargetsOptions } from './request-options.ts';

/** A request of one target. */
export interface TargetRequest {
  /** `el9.x86_64` */
  readonly target: string;
  readonly options: RequestOptions;
}

/**
 * One request for each target that is named, each target once, in the order of the command line. Of several: `--minor` is for the distro of
 * that major, `--module` for EL, and package files for the targets of their family.
 *
 * @throws {AppError} `TARGET_UNKNOWN`; `USAGE` for what cannot be meant for several targets, or fits none of them; of several also
 * `CONFIG_INVALID` and `CONFIG_MISSING` for their overlays.
 */
export async function targetRequests(options: TargetsOptions, { cwd }: CommandContext): Promise<readonly TargetRequest[]> {
  const named = options.distro.map((code) => parseTarget(code, options.arch ?? null));
  const targets = [...new Map(named.map((target) => [formatTarget(target), target])).values()];
  const [only] = targets;
  if (only !== undefined && targets.length === 1)
    return [{ target: formatTarget(only), options: { ...options, distro: formatTarget(only) } }];
  refuseSingular(options, targets);
  // What is wrong for all of them is told once.
  await loadOverlays(options.manifest.map((path) => resolve(cwd, path)));
  return targets.map((target) => ({
    target: formatTarget(target),
    options: { ...fitting(options, target), distro: formatTarget(target) },
  }));
}

function fitting(options: TargetsOptions, target: Target): TargetsOptions {
  const family = familyOf(target.distro);
  const { minor, ...rest } = options;
  return {
    ...rest,
    ...(minor !== undefined && isMinorOf(minor, target) ? { minor } : {}),
    module: family === 'rpm' ? options.module : [],
    package: options.package.filter((word) => !isPackageFile(word) || word.endsWith(`.${family}`)),
  };
}

function isMinorOf(minor: string, { distro }: Target): boolean {
  return distro === `el${minor.split('.')[0]}`;
}

function refuseSingular({ minor, module, package: packages, baseline }: TargetsOptions, targets: readonly Target[]): void {
  const families = new Set<Family>(targets.map(({ distro }) => familyOf(distro)));
  const captured = baseline.filter((word) => word !== 'none' && word !== 'minimal');
  const stray = packages.filter((word) => isPackageFile(word) && ![...families].some((family) => word.endsWith(`.${family}`)));
  const faults = [
    ...captured.map((word) => `--baseline ${word} was captured on a host of one target`),
    ...(minor === undefined || targets.some((target) => isMinorOf(minor, target)) ? [] : [`--minor ${minor} is of none of the targets`]),
    ...(module.length === 0 || families.has('rpm') ? [] : ['--module is for EL, which is not among the targets']),
    ...stray.map((file) => `none of the targets takes ${file}`),
  ];
  if (faults.length === 0) return;
  throw new AppError('USAGE', `several targets, ${targets.map(formatTarget).join(' ')}: ${faults.join('; ')}`, {
    hint: 'run it for that target alone',
  });
}
