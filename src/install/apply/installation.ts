/** An installation on its way: what it is made from, and what the phases have found out and done so far. */
import type { ProbeResult } from '../probes/run-probes.ts';
import type { InstallInput } from './install-input.ts';
import type { OpenRun } from './open-run.ts';
import type { Prepared } from './prepare.ts';

export class Installation<P> {
  readonly input: InstallInput<P>;
  /** Nothing differs and no run is open: then nothing is written. Decided once, after the first look. */
  isIdle = false;
  /** Something on the host was changed. */
  changed = false;
  /** Packages were installed or upgraded. */
  installedPackages = false;
  /** Null until the host is changed for the first time; then everything that is done is noted in its journal. */
  run: OpenRun | null = null;
  probes: readonly ProbeResult[] = [];
  #prepared: Prepared<P> | null = null;

  constructor(input: InstallInput<P>) {
    this.input = input;
  }

  /** What the host is like and what is planned. Known after the first phase; planned anew when packages were installed. */
  get prepared(): Prepared<P> {
    if (this.#prepared === null) throw new Error('the host was not looked at yet');
    return this.#prepared;
  }

  set prepared(prepared: Prepared<P>) {
    this.#prepared = prepared;
  }
}
