/**
 * Files that two packages of one installation both ship with different content: what rpm finds only in its transaction test, and what no
 * dependency tells. After rpm's `rpmfilesCompare()`: ghosts never conflict; type, mode, owner and content must be equal, of directories
 * too. Word sizes beside each other are left out.
 */
import { compareCodeUnits } from '../../base/compare.ts';
import type { HeaderSection } from './header-section.ts';
import type { RpmFile } from './rpm-package.ts';
import { FILE_GHOST, TAG } from './rpm-tags.ts';

/** A package and what its files are: path → a text that is equal for equal files. */
export interface RpmPackageFiles {
  /** `name evr arch` */
  readonly label: string;
  readonly files: readonly (readonly [path: string, identity: string])[];
}

/** One path that two packages ship differently. */
export interface RpmFileConflict {
  readonly path: string;
  /** Labels, sorted. */
  readonly packages: readonly [string, string];
}

const TYPE_MASK = 0o170000;
const LINK = 0o120000;

/** The files of a package that can conflict, in header order; `files` are all of the header's, in its order. */
export function fileIdentities(header: HeaderSection, files: readonly RpmFile[]): (readonly [path: string, identity: string])[] {
  const modes = header.numbers(TAG.fileModes);
  const flags = header.numbers(TAG.fileFlags);
  const digests = header.strings(TAG.fileDigests);
  const targets = header.strings(TAG.fileLinkTargets);
  const users = header.strings(TAG.fileUsers);
  const groups = header.strings(TAG.fileGroups);
  return files.flatMap(({ path }, at) => {
    if (((flags[at] ?? 0) & FILE_GHOST) !== 0) return [];
    const mode = modes[at] ?? 0;
    // The mode of a symbolic link has no meaning.
    const kind = (mode & TYPE_MASK) === LINK ? LINK : mode;
    return [[path, [kind.toString(8), users[at], groups[at], targets[at], digests[at]].join(' ')] as const];
  });
}

/** All conflicts between packages that are installed together, each once, sorted by path. */
export function findRpmFileConflicts(packages: readonly RpmPackageFiles[]): RpmFileConflict[] {
  const owners = new Map<string, { readonly label: string; readonly identity: string }>();
  const conflicts = new Map<string, RpmFileConflict>();
  for (const { label, files } of packages) {
    for (const [path, identity] of files) {
      const owner = owners.get(path);
      if (owner === undefined) owners.set(path, { label, identity });
      else if (owner.identity !== identity && nameOf(owner.label) !== nameOf(label)) {
        const pair = [owner.label, label].sort(compareCodeUnits) as [string, string];
        conflicts.set(`${path} ${pair.join(' ')}`, { path, packages: pair });
      }
    }
  }
  return [...conflicts.values()].sort((a, b) => compareCodeUnits(a.path, b.path) || compareCodeUnits(a.packages[0], b.packages[0]));
}

function nameOf(label: string): string {
  return label.slice(0, label.indexOf(' '));
}
