/** Stops an installation before its first change when a finding speaks against it. */
import { AppError } from '../../base/errors.ts';
import type { InstallInput } from './install-input.ts';
import type { Prepared } from './prepare.ts';

/** @throws {AppError} `PREFLIGHT_FAILED` with every error found; `CONFIRMATION_NEEDED` when another repository would be replaced. */
export function assertReady<P>(input: InstallInput<P>, prepared: Prepared<P>): void {
  const errors = prepared.findings.filter((finding) => finding.severity === 'error');
  if (errors.length > 0) {
    const lines = errors.map(
      (finding) => `  ${finding.id}: ${finding.evidence}${finding.advice === '' ? '' : `\n    → ${finding.advice}`}`,
    );
    throw new AppError('PREFLIGHT_FAILED', `${input.host.id} is not ready, and nothing was changed:\n${lines.join('\n')}`, {
      details: { host: input.host.id, findings: prepared.findings },
    });
  }
  const other = prepared.findings.find((finding) => finding.id === 'other-repository');
  if (other !== undefined && !input.replace) {
    throw new AppError('CONFIRMATION_NEEDED', `${input.host.id}: ${other.evidence}`, { hint: 'use --yes to replace it' });
  }
}
