/** What can be wrong with a bundle, and the one error that names all of it. */
import type { ErrorCode } from '../../base/errors.ts';
import { AppError } from '../../base/errors.ts';

/** The codes for what can be wrong with a bundle's content. */
export type FaultCode = Extract<ErrorCode, 'BUNDLE_UNSAFE_ENTRY' | 'BUNDLE_INVALID' | 'BUNDLE_TRUNCATED' | 'BUNDLE_DIGEST_MISMATCH'>;

/** One thing that is wrong. `path` is null when it concerns the archive as a whole. */
export interface BundleFault {
  readonly code: FaultCode;
  readonly path: string | null;
  readonly what: string;
}

const SHOWN = 20;
const HINTS: Readonly<Record<FaultCode, string>> = {
  BUNDLE_UNSAFE_ENTRY: 'do not use this file; get the bundle again from where it was built',
  BUNDLE_INVALID: 'compare the file with its .sha256, and copy it again when they differ',
  BUNDLE_TRUNCATED: 'the copy is incomplete: copy it again and compare it with its .sha256',
  BUNDLE_DIGEST_MISMATCH: 'the copy is damaged: copy it again and compare it with its .sha256',
};

/**
 * One error for all `faults` (at least one). Its code is that of an unsafe entry if there is one, else of the first fault; `details.faults`
 * has them all.
 */
export function bundleFaultsError(source: string, faults: readonly BundleFault[]): AppError {
  const code = faults.find((fault) => fault.code === 'BUNDLE_UNSAFE_ENTRY')?.code ?? faults[0]!.code;
  const lines = faults.slice(0, SHOWN).map((fault) => (fault.path === null ? fault.what : `${JSON.stringify(fault.path)}: ${fault.what}`));
  if (faults.length > SHOWN) lines.push(`and ${faults.length - SHOWN} more`);
  const message = lines.length === 1 ? `${source}: ${lines[0]}` : `${source}: ${faults.length} faults\n  ${lines.join('\n  ')}`;
  return new AppError(code, message, { hint: HINTS[code], details: { faults } });
}
