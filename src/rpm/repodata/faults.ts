/** Collects what is wrong with the records of a document: a record nobody can use costs itself, and that is told. */
import { redact } from '../../base/redact.ts';

const MAX_SHOWN = 10;
const MAX_CHARS = 300;

/** Faults of one document, bounded however many there are, without credentials of URLs. */
export class Faults {
  readonly #shown: string[] = [];
  #count = 0;

  /** `fault` is a sentence that names the record: `package hello-1-1.noarch is left out: it has no location`. */
  add(fault: string): void {
    this.#count += 1;
    if (this.#shown.length < MAX_SHOWN) this.#shown.push(redact(fault).slice(0, MAX_CHARS));
  }

  /** The first ten as they were added, then how many more there are. */
  list(): readonly string[] {
    const more = this.#count - this.#shown.length;
    return more === 0 ? [...this.#shown] : [...this.#shown, `and ${more} more`];
  }
}
