/**
 * A component of INFRA or NODE: a service or tool, the packages it comes in, and what it runs. Manifest, lock, bundle and installer speak
 * of the same.
 */

/** How a component is called on one target. */
export interface Component {
  /** Every package it needs, the main one first; empty for what needs none. */
  readonly packages: readonly string[];
  /** Absolute path, or null for things without a program. */
  readonly binary: string | null;
  /** The systemd unit it runs as, with or without `.service`, or null. */
  readonly unit: string | null;
  /** Units its packages ship that must not run beside ours: they are masked. */
  readonly masks: readonly string[];
  /** Who it runs as. */
  readonly user: string;
  /** Where its package looks for its configuration. */
  readonly config: readonly string[];
}

/** A component a flavor or bundle does not have, and why. */
export interface AbsentComponent {
  readonly absent: string;
}
