/** The table that closes a run over several targets. */

/** Cells of one target by column. */
export type TargetRow = Readonly<Record<string, string>> & { readonly target: string; readonly result: string };

/** Columns whose cells stand at the right. */
const NUMBERS: ReadonlySet<string> = new Set(['packages', 'size', 'changes', 'download']);

/** A line of headings and one for each row: target, the columns, result. A cell a target does not have is `-`. */
export function targetTable(rows: readonly TargetRow[], columns: readonly string[]): string[] {
  const names = ['target', ...columns.filter((name) => name !== 'file'), 'result', ...columns.filter((name) => name === 'file')];
  const cellsOf = (row: TargetRow): string[] => names.map((name) => row[name] ?? '-');
  const all = [names, ...rows.map(cellsOf)];
  const widths = names.map((_, at) => Math.max(...all.map((cells) => (cells[at] ?? '').length)));
  const lineOf = (cells: readonly string[]): string =>
    cells
      .map((cell, at) => (NUMBERS.has(names[at] ?? '') ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0)))
      .join('  ')
      .trimEnd();
  return all.map(lineOf);
}
