/** Where an entry of a manifest applies: its `on` and `not`. */
import { formatTarget, type Target } from '../../base/target.ts';

/** What an entry says of where it applies; nothing is everywhere. */
export interface Conditions {
  readonly on?: readonly string[] | undefined;
  readonly not?: readonly string[] | undefined;
}

/** Whether an entry's `on` and `not` let it through: a distro (`el9`) or a distro on one CPU (`el9.aarch64`). */
export function appliesTo(entry: Conditions, target: Target): boolean {
  const here = (word: string): boolean => word === target.distro || word === formatTarget(target);
  return (entry.on === undefined || entry.on.some(here)) && !(entry.not?.some(here) ?? false);
}
