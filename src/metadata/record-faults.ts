/** What was wrong with records of an upstream's metadata: told in every run, also in one that reads only what an earlier one kept. */
import type { RunContext } from '../base/events.ts';
import { readDerived, writeDerived } from '../store/derived-cache.ts';
import type { Store } from '../store/store.ts';

const KIND = 'record-faults-1';

/** Warns of the faults of one document; of none, of nothing. */
export function reportRecordFaults(document: string, faults: readonly string[], { report }: RunContext): void {
  if (faults.length === 0) return;
  report({ type: 'warning', code: 'INDEX_RECORD', message: `${document}: ${faults.join('; ')}` });
}

/** Keeps faults under the key of what was made of the document. Nothing is written where there is none. */
export async function keepRecordFaults(store: Store, key: string, faults: readonly string[]): Promise<void> {
  if (faults.length > 0) await writeDerived(store, KIND, key, Buffer.from(JSON.stringify(faults)));
}

/** What {@link keepRecordFaults} kept. */
export async function keptRecordFaults(store: Store, key: string): Promise<readonly string[]> {
  const kept = await readDerived(store, KIND, key);
  return kept === undefined ? [] : (JSON.parse(kept.toString('utf8')) as string[]);
}
