/**
 * Tests whose size is a choice. `npm test` runs each on a sample, always the same one; `npm run test:long` runs it as a whole, with a seed
 * of its own, and writes what came of it into `docs/evidence`.
 */
import { appendFileSync } from 'node:fs';

/** One of them. */
export interface LongTest {
  /** The test file. */
  readonly file: string;
  /** What is counted. */
  readonly unit: string;
  /** How many `npm test` takes. */
  readonly sample: number;
  /** How many `npm run test:long` takes. */
  readonly full: number;
}

/** By the name they are asked for with. */
export const LONG_TESTS = {
  'apt-mutations': {
    file: 'test/conformance/apt-mutations.test.ts',
    unit: 'damaged files of each of five kinds (Release of a suite and of a flat repository, Packages, no Release, dpkg status), ours against apt',
    sample: 30,
    full: 500,
  },
  'apt-sample': { file: 'test/conformance/apt.test.ts', unit: 'random packages of the archive, ours against apt', sample: 40, full: 500 },
  'debian-bundles': {
    file: 'test/conformance/debian-bundles.test.ts',
    unit: 'bundles of the archive (release, CPU, profile) before dose, installcheck and apt',
    sample: 6,
    full: 16,
  },
  'bare-hosts': {
    file: 'test/e2e/executable.test.ts',
    unit: 'bare, read-only systems the executable starts on: Debian 12 and EL 9, then Debian 13 too',
    sample: 2,
    full: 3,
  },
  'deb-profiles': {
    file: 'test/e2e/deb-bundle.test.ts',
    unit: 'kinds of profiles installed by apt on each release: PostgreSQL and node, then INFRA too',
    sample: 2,
    full: 3,
  },
  'apt-joint': {
    file: 'test/conformance/apt.test.ts',
    unit: 'joint requests of 2 to 10 random packages of the archive, ours against apt',
    sample: 8,
    full: 200,
  },
  'dnf-choices': {
    file: 'test/conformance/dnf-choices.test.ts',
    unit: 'requests of a kind (single, weak; with modules a quarter, joint a fifth) on a real release, ours against dnf',
    sample: 40,
    full: 1000,
  },
  'dnf-metadata': {
    file: 'test/conformance/dnf-metadata.test.ts',
    unit: 'damaged and odd repomd.xml, primary.xml and modules.yaml, a third each, read by dnf and by us',
    sample: 120,
    full: 2700,
  },
  'dnf-packages': {
    file: 'test/conformance/dnf.test.ts',
    unit: 'packages of real metadata, with and without weak dependencies, ours against dnf',
    sample: 100,
    full: 600,
  },
  'dnf-weak-worlds': {
    file: 'test/conformance/dnf-weak-dependencies.test.ts',
    unit: 'random worlds of weak dependencies, ours against dnf',
    sample: 150,
    full: 1500,
  },
  'dnf-worlds': {
    file: 'test/conformance/dnf.test.ts',
    unit: 'random worlds of rich dependencies, ours against dnf',
    sample: 300,
    full: 3000,
  },
  'dose-sample': {
    file: 'test/conformance/dose.test.ts',
    unit: 'random packages of the archive, and all that dose calls broken',
    sample: 500,
    full: 3000,
  },
  'el-aarch64': {
    file: 'test/e2e/el-aarch64.test.ts',
    unit: 'releases of Enterprise Linux for the other CPU, every profile resolved by dnf: 9, then 8 and 10 too',
    sample: 1,
    full: 3,
  },
  'engine-kills': {
    file: 'test/e2e/install-engine.test.ts',
    unit: 'moments at which an installation over SSH is killed',
    sample: 6,
    full: 14,
  },
  'install-remote': {
    file: 'test/e2e/install-remote.test.ts',
    unit: 'bundles installed over SSH by a user with sudo: a small one, then one of all of INFRA too',
    sample: 1,
    full: 2,
  },
  'dpkg-pairs': {
    file: 'test/conformance/dpkg.test.ts',
    unit: 'pairs of versions for dpkg itself, fifty times as many for its library',
    sample: 400,
    full: 4000,
  },
  kills: {
    file: 'test/e2e/install-killed.test.ts',
    unit: 'moments at which an installation is killed; as a whole, one of all of INFRA',
    sample: 5,
    full: 20,
  },
  modulemd: { file: 'test/properties/modulemd.test.ts', unit: 'damaged modules.yaml', sample: 500, full: 20_000 },
  'rpm-pairs': { file: 'test/conformance/rpm.test.ts', unit: 'pairs of versions and of ranges for rpm', sample: 60_000, full: 600_000 },
  'ssh-commands': {
    file: 'test/e2e/install-ssh.test.ts',
    unit: 'commands over one SSH connection, each of whose status has to arrive',
    sample: 100,
    full: 1000,
  },
  'two-operators': {
    file: 'test/e2e/install-two-operators.test.ts',
    unit: 'starts by two people at one host, a quarter of them killed',
    sample: 8,
    full: 200,
  },
} as const satisfies Readonly<Record<string, LongTest>>;

/** A name of {@link LONG_TESTS}. */
export type LongTestName = keyof typeof LONG_TESTS;

/** True in the run of `npm run test:long` that is about `name`. */
export function isLong(name: LongTestName): boolean {
  return process.env.PIGSTY_TEST_LONG === name;
}

/** How many to take now. */
export function sizeOf(name: LongTestName): number {
  const { sample, full } = LONG_TESTS[name];
  return isLong(name) ? full : sample;
}

/** What decides the sample: `PIGSTY_TEST_SEED`, which a long run sets and tells, else always the same. */
export function seedOfRun(): number {
  return Number(process.env.PIGSTY_TEST_SEED || 20_260_101);
}

/** Tells what was counted: on the screen, and in the evidence of a long run of `name`. */
export function tellCounts(name: LongTestName, counts: Readonly<Record<string, number>>): void {
  console.log(`${name}: ${JSON.stringify(counts)}`);
  const path = process.env.PIGSTY_TEST_COUNTS;
  if (isLong(name) && path !== undefined) appendFileSync(path, `${JSON.stringify(counts)}\n`);
}
