/** The packages of a Debian tree and the files each owns, read from dpkg's own lists (dpkg-query(1)). */
import { existsSync, lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { mustRun } from '../run-command.ts';

/** An installed Debian package. */
export interface InstalledDeb {
  readonly name: string;
  readonly version: string;
  /** Absolute paths with /usr merged, sorted; only files and links that exist. Documentation and what a spec cannot name is left out. */
  readonly files: readonly string[];
}

const LEFT_OUT = /^\/usr\/share\/(?:doc|man|locale|zoneinfo|lintian|bug)\/|\.py$|[\s*?[\]{}"\\%]/;

/** All packages of the tree, sorted by name. */
export async function readDebInventory(tree: string): Promise<readonly InstalledDeb[]> {
  const admin = join(tree, 'var/lib/dpkg');
  const format = ['binary:Package', 'Package', 'Version', 'Architecture'].map((field) => `\${${field}}`).join('\\t');
  const text = await mustRun(['dpkg-query', `--admindir=${admin}`, '-W', '-f', `${format}\\n`]);
  return text
    .trimEnd()
    .split('\n')
    .map((line) => {
      const [binary = '', name = '', version = '', architecture = ''] = line.split('\t');
      const lists = [binary, name, `${name}:${architecture}`].map((stem) => join(admin, 'info', `${stem}.list`));
      return { name, version, files: filesOf(tree, lists.find(existsSync)) };
    });
}

function filesOf(tree: string, list: string | undefined): readonly string[] {
  if (list === undefined) return [];
  const paths = readFileSync(list, 'utf8').trimEnd().split('\n').map(mergeUsr);
  return [...new Set(paths)].filter((path) => !LEFT_OUT.test(path) && isFile(join(tree, path))).sort();
}

/** `/bin/x` → `/usr/bin/x`, as in a system whose top-level directories are links. */
function mergeUsr(path: string): string {
  return /^\/(?:bin|sbin|lib|lib64|lib32)\//.test(path) ? `/usr${path}` : path;
}

function isFile(path: string): boolean {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  return stat !== undefined && (stat.isFile() || stat.isSymbolicLink());
}
