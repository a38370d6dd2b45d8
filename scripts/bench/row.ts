/** One line of the benchmark table. */
export interface Row {
  readonly what: string;
  readonly ours: string;
  readonly theirs: string;
  readonly ratio: number;
  /** The ratio that was promised, `≤ 1.3×`. */
  readonly budget: string;
}
