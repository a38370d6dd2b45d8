/** Collects what is wrong with a document, so that one error names several faults instead of the first. */
import { AppError, type ErrorCode } from '../../base/errors.ts';

const MAX_SHOWN = 10;

/** Faults of one document. */
export class Faults {
  readonly #source: string;
  readonly #found: string[] = [];
  #count = 0;

  /** `source` names upstream and file in messages. */
  constructor(source: string) {
    this.#source = source;
  }

  add(fault: string): void {
    this.#count += 1;
    if (this.#found.length < MAX_SHOWN) this.#found.push(fault);
  }

  /** @throws {AppError} of `code` listing the first ten faults, when there are any. */
  throwIfAny(code: ErrorCode): void {
    if (this.#count === 0) return;
    const more = this.#count > this.#found.length ? `; and ${this.#count - this.#found.length} more` : '';
    throw new AppError(code, `${this.#source}: ${this.#found.join('; ')}${more}`, {
      hint: 'the upstream publishes wrong metadata; try another mirror, or leave this upstream out',
      details: { faults: this.#found, faultCount: this.#count },
    });
  }
}
