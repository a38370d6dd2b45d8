/**
 * `repo_complete`, the file whose presence says that a repository is whole. Its lines are those of `sha256sum` (coreutils), one per
 * package, so that `cd /www/pigsty && sha256sum -c repo_complete` checks every package with nothing but standard tools.
 */
import { byKey } from './compare.ts';

/** Name of the marker inside the repository directory. */
export const MARKER_NAME = 'repo_complete';

/** A package as the marker names it: a file name without directory, and lower-case hex. */
export interface MarkedPackage {
  readonly file: string;
  readonly sha256: string;
}

/** The text of the marker: `<sha256>  <file>` per package, sorted by file name, each line ended. Empty for no packages. */
export function formatMarker(packages: readonly MarkedPackage[]): string {
  return packages
    .toSorted(byKey((p) => p.file))
    .map((p) => `${p.sha256}  ${p.file}\n`)
    .join('');
}
