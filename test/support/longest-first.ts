/** The order in which test files are started, for several at once: a long one that starts last leaves every other worker idle. */
import { basename } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take minutes, as far as they are not the largest ones anyway; the longest first. */
const LONG = ['deb-bundle', 'install-infra', 'install-killed', 'el-bundle', 'install-ssh', 'debian-bundles', 'apt', 'install-repair'];

/** As vitest orders them (where it has seen them run, the longest first, else the largest first), but first those known to be long. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => groupOf(a) - groupOf(b) || rankOf(a) - rankOf(b));
  }
}

/** Tiers stay one after the other. */
function groupOf({ project }: TestSpecification): number {
  return project.config.sequence.groupOrder;
}

function rankOf({ moduleId }: TestSpecification): number {
  const at = LONG.indexOf(basename(moduleId, '.test.ts'));
  return at === -1 ? LONG.length : at;
}
