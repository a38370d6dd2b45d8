/** What goes into the journal before anything of a phase happens. */
import { runPaths } from '../state/journal.ts';
import type { Before, JournalEntry, PendingHandler } from '../state/journal-entry.ts';

/** Numbers intents and collects what goes into the journal before anything else happens. */
export class IntentLog {
  readonly entries: (JournalEntry & { type: 'intent' })[] = [];
  readonly #phase: string;
  readonly #run: string;
  #next: number;

  constructor(run: string, phase: string, nextSeq: number) {
    this.#run = run;
    this.#phase = phase;
    this.#next = nextSeq;
  }

  get nextSeq(): number {
    return this.#next;
  }

  /**
   * `before` gets the sequence number's blob path, for kinds that keep a copy. `pending` must be done because of the change; `written` is
   * what is at the path afterwards, for what goes when nobody declares it any more.
   */
  add(step: string, before: (blob: string) => Before, pending: readonly PendingHandler[] = [], written?: string): Before {
    const seq = this.#next++;
    const value = before(runPaths(this.#run).blob(seq));
    const more = { ...(pending.length === 0 ? {} : { owes: pending }), ...(written === undefined ? {} : { made: written }) };
    this.entries.push({ type: 'intent', seq, phase: this.#phase, step, before: value, ...more });
    return value;
  }
}
