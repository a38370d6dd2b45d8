/** The reason of a requirement as providers make it: there are thousands of them, so its costly part is made only when it is read. */
import type { RejectedCandidate } from './types.ts';

/** A `requires` reason that looks for what almost matched only when it is read: that is, for the few clauses of an explanation. */
export class RequiresReason {
  readonly kind = 'requires' as const;
  readonly text: string;
  readonly pre: boolean;
  readonly #findRejected: () => readonly RejectedCandidate[];

  constructor(text: string, pre: boolean, findRejected: () => readonly RejectedCandidate[]) {
    this.text = text;
    this.pre = pre;
    this.#findRejected = findRejected;
  }

  get rejected(): readonly RejectedCandidate[] {
    return this.#findRejected();
  }
}
