/**
 * The base packages of a look-alike as an upstream would publish them: names, capabilities and paths as in its rpm database, a lower
 * release, no content. They complete a bundle's closure; a host never takes them, since it has newer ones.
 */
import type { RpmFixture } from '../upstreams/rpm-fixtures.ts';
import { ensureBaseTree } from './base-tree.ts';
import type { ElName } from './el-tree/el-release.ts';
import { elTreeRecipe } from './el-tree/el-tree.ts';
import { mustRun } from './run-command.ts';

const FORMAT = [
  '#%{NAME}\\t%|EPOCH?{%{EPOCH}}|\\t%{VERSION}\\n',
  '[P%{PROVIDENAME} %{PROVIDEFLAGS:depflags} %{PROVIDEVERSION}\\n]',
  '[R%{REQUIRENAME} %{REQUIREFLAGS:depflags} %{REQUIREVERSION}\\n]',
  '[F%{FILENAMES}\\n]',
].join('');

/** Paths others may require; listing all would make the packages as large as the real ones. */
const REQUIRED_PATHS = /^\/usr\/(?:s?bin|libexec)\//;

/** The packages of the tree of `name`, by name. Builds the tree when it is not there yet. */
export async function elBasePackages(name: ElName): Promise<readonly RpmFixture[]> {
  const tree = await ensureBaseTree(elTreeRecipe(name));
  const text = await mustRun(['chroot', tree, 'rpm', '-qa', '--qf', FORMAT]);
  const packages = text
    .split(/^#/m)
    .slice(1)
    .map((block) => packageOf(block, `1.${name}`));
  return packages.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function packageOf(block: string, release: string): RpmFixture {
  const [head = '', ...lines] = block.trimEnd().split('\n');
  const [name = '', epoch = '', version = ''] = head.split('\t');
  const of = (letter: string) => lines.filter((line) => line.startsWith(letter)).map((line) => line.slice(1).trim().replaceAll(/ +/g, ' '));
  const own = (capability: string) => new RegExp(`^${name.replaceAll('+', '\\+')}(?:\\(x86-64\\))? =`).test(capability);
  return {
    ...{ name, version, release, arch: 'x86_64' },
    ...(epoch === '' ? {} : { epoch: Number(epoch) }),
    provides: of('P').filter((capability) => !own(capability)),
    requires: of('R').filter((capability) => !capability.startsWith('rpmlib(')),
    files: of('F')
      .filter((path) => REQUIRED_PATHS.test(path))
      .map((path) => ({ path, type: 'ghost' })),
  };
}
