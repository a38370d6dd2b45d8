/** The order in which test files are started, for several at once: a long one that starts last leaves every other worker idle. */
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Files that take long, the longest first, as measured: a fresh clone has no times of its own to go by. Two that start together need
 * different root trees, so that neither waits for the other to build one. Paths below `test`, without the ending.
 */
export const LONG: readonly string[] = [
  ...[
    'conformance/debian-bundles',
    'conformance/el-bundle',
    'conformance/apt',
    'conformance/infra-running',
    'conformance/dnf-modular-tree',
  ],
  ...['conformance/dnf', 'conformance/dose', 'conformance/createrepo_c'],
  ...['e2e/el-bundle', 'e2e/install-infra', 'e2e/deb-bundle', 'e2e/install-two-operators', 'e2e/install-engine', 'e2e/install-el-infra'],
  ...['e2e/install-repair', 'e2e/install-ssh', 'e2e/cli-el-faults', 'e2e/el-aarch64', 'e2e/install-killed', 'e2e/lab', 'e2e/cli-faults'],
  ...['e2e/install-remote', 'e2e/cli-careless', 'e2e/el-tree', 'e2e/cli-interrupted', 'e2e/cli-determinism'],
];

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
  const at = LONG.findIndex((name) => moduleId.endsWith(`/test/${name}.test.ts`));
  return at === -1 ? LONG.length : at;
}
