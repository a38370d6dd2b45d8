/** What is at the web root, and which repository is complete below it. */
import { DEFAULT_PLACE, type RepositoryPlace, repositoryDirectory } from '../base/repository-place.ts';
import { quoteArgument } from '../host/command.ts';
import { type Fact, parsePairs } from './fact.ts';
import type { HostFacts, PathFacts } from './types.ts';

export const DESCRIBE_PATH = `
describe() {
  if [ -L "$1" ]; then t=symlink; elif [ -f "$1" ]; then t=file; elif [ -d "$1" ]; then t=directory; elif [ -e "$1" ]; then t=other; else t=missing; fi
  echo "type=$t"; echo "target=$(readlink -- "$1" 2>/dev/null)"; echo "real=$(readlink -e -- "$1" 2>/dev/null)"
}`;

/** The question about one place. */
export function webRoot(place: RepositoryPlace = DEFAULT_PLACE): Fact<Pick<HostFacts, 'www' | 'repository'>> {
  return {
    name: 'web-root',
    script: `${DESCRIBE_PATH}
describe ${quoteArgument(place.webRoot)}
cd ${quoteArgument(repositoryDirectory(place))} 2>/dev/null || exit 0
[ -f repo_complete ] && echo complete=yes
grep -oE '"flavor":"[a-z]+","id":"[0-9a-f]{64}"' bundle.json 2>/dev/null | tail -n 1 | sed 's/.*"id":"/id=/; s/"$//'`,
    parse(output) {
      const values = parsePairs(output);
      const complete = values.get('complete') === 'yes';
      const id = values.get('id') ?? '';
      return { www: parsePath(values), repository: { complete, bundleId: id === '' ? null : id } };
    },
  };
}

/** What `describe` of {@link DESCRIBE_PATH} printed. */
export function parsePath(values: ReadonlyMap<string, string>): PathFacts {
  const type = values.get('type');
  const known = type === 'file' || type === 'directory' || type === 'symlink' || type === 'other' ? type : 'missing';
  return { type: known, target: known === 'symlink' ? (values.get('target') ?? '') : null, real: values.get('real') ?? '' };
}
