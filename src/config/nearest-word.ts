/** "Did you mean": the known word nearest to a mistyped one. */
import { compareCodeUnits } from '../base/compare.ts';

/** Edit distance with transpositions (optimal string alignment), for words of ordinary length. */
function distance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  const at = (i: number, j: number): number => rows[i]?.[j] ?? 0;
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    rows.push(row);
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let best = Math.min(at(i - 1, j) + 1, (row[j - 1] ?? 0) + 1, at(i - 1, j - 1) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) best = Math.min(best, at(i - 2, j - 2) + 1);
      row.push(best);
    }
  }
  return at(a.length, b.length);
}

/**
 * The known word nearest to `word`, or null when none is near: at most a third of its letters may differ. Ties go to the word that
 * sorts first.
 * @example nearestWord('inffra', ['infra', 'node']) // 'infra'
 */
export function nearestWord(word: string, known: Iterable<string>): string | null {
  if (word.length > 80) return null;
  const limit = Math.max(1, Math.floor(word.length / 3));
  let best: { word: string; distance: number } | null = null;
  for (const candidate of [...known].sort(compareCodeUnits)) {
    if (Math.abs(candidate.length - word.length) > limit) continue;
    const d = distance(word.toLowerCase(), candidate.toLowerCase());
    if (d <= limit && (best === null || d < best.distance)) best = { word: candidate, distance: d };
  }
  return best?.word ?? null;
}

/** ` (did you mean "infra"?)`, or nothing when no known word is near. */
export function didYouMean(word: string, known: Iterable<string>): string {
  const near = nearestWord(word, known);
  return near === null ? '' : ` (did you mean "${near}"?)`;
}
