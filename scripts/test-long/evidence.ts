/** What is kept of the last run of a long test: a small page, the same bytes for the same run. */

/** One run. */
export interface Evidence {
  readonly name: string;
  readonly unit: string;
  readonly size: number;
  readonly seed: number;
  /** Day, in UTC. */
  readonly date: string;
  readonly commit: string;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** What the test itself counted. */
  readonly counts: Readonly<Record<string, number>>;
}

/** The page. */
export function formatEvidence(evidence: Evidence): string {
  const { name, unit, size, seed, date, commit, passed, failed, skipped, counts } = evidence;
  const rows: [string, string | number][] = [
    ['date', date],
    ['commit', commit],
    ['size', size],
    ['seed', seed],
    ['tests passed', passed],
    ['tests failed', failed],
    ['tests skipped', skipped],
    ...Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1)),
  ];
  const lines = rows.map(([key, value]) => `| ${key} | ${value} |`);
  const again = `npm run test:long -- --seed ${seed} ${name}`;
  return [`# ${name}`, '', `${size} ${unit}. The last run; the same again: \`${again}\`.`, '', '| | |', '|---|---|', ...lines, ''].join(
    '\n',
  );
}
