/** What the operations of a phase depend on besides the plan. */
import type { HostFacts } from '../../facts/types.ts';
import type { HostState } from '../contract/host-state.ts';
import type { PackageSystem } from '../packages/package-system.ts';

/** What a phase needs besides the plan. */
export interface PhaseContext {
  readonly run: string;
  /** The first free sequence number of the journal. */
  readonly nextSeq: number;
  readonly facts: HostFacts;
  readonly state: HostState;
  readonly system: PackageSystem;
  /** Directory of the package manager's own configuration on the host. */
  readonly systemDirectory: string;
  /** The run was begun by an earlier call, which may have changed files without checking them: every check is due again. */
  readonly isResumed: boolean;
  /**
   * `packages`: only up to the package transaction. Packages bring files, users and units, so the rest is planned again from what is
   * there then.
   */
  readonly part: 'packages' | 'whole';
}
