/**
 * The assignment as it grew: a stack of literals with a level and a reason each. A literal is `variable * 2` for "selected" and
 * `variable * 2 + 1` for "not selected"; variables number the solvables in the order the search met them.
 */

/** Literal for "variable is selected". */
export function positive(variable: number): number {
  return variable << 1;
}

/** Reason of a decision: no clause. */
export const DECIDED = -1;

/** Values, levels and reasons of all variables. Level 0 holds what follows without any decision. */
export class Trail {
  /** By literal: 1 true, -1 false, 0 open. */
  readonly values: number[] = [];
  /** By variable; meaningful while it has a value. */
  readonly levels: number[] = [];
  /** By variable: index of the clause that implied it, or {@link DECIDED}. */
  readonly reasons: number[] = [];
  /** Assigned literals, oldest first. */
  readonly literals: number[] = [];
  /** Literals before this position have been propagated. */
  head = 0;
  private readonly starts: number[] = [];

  get level(): number {
    return this.starts.length;
  }

  addVariable(): void {
    this.values.push(0, 0);
    this.levels.push(0);
    this.reasons.push(DECIDED);
  }

  assign(literal: number, reason: number): void {
    const variable = literal >> 1;
    this.values[literal] = 1;
    this.values[literal ^ 1] = -1;
    this.levels[variable] = this.starts.length;
    this.reasons[variable] = reason;
    this.literals.push(literal);
  }

  /** Opens a new decision level. */
  openLevel(): void {
    this.starts.push(this.literals.length);
  }

  /** Forgets everything above `level`. What stays has been propagated already. */
  backtrack(level: number): void {
    if (level >= this.starts.length) return;
    const keep = this.starts[level]!;
    for (let i = this.literals.length - 1; i >= keep; i -= 1) {
      const literal = this.literals[i]!;
      this.values[literal] = 0;
      this.values[literal ^ 1] = 0;
    }
    this.literals.length = keep;
    this.starts.length = level;
    if (this.head > keep) this.head = keep;
  }
}
