/** A configuration that the last run was made with and that is not named now: what it said would be undone. Pure. */
import type { RunRecord } from '../state/journal.ts';
import type { RunCommand } from '../state/journal-entry.ts';
import type { Finding } from './finding.ts';

/** At most one warning. */
export function forgottenConfiguration(newest: RunRecord | null, { config }: RunCommand): Finding[] {
  const before = newest?.command.config;
  if (newest === null || newest.outcome === 'rolled-back' || before === undefined || config !== undefined) return [];
  return [
    {
      id: 'configuration-not-named',
      severity: 'warning',
      evidence: `the last run used ${before}; without it the defaults of one host with everything apply, and what it said is taken away`,
      advice: `use it again: --config ${before}`,
    },
  ];
}
