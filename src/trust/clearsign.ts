/**
 * The frame of a clear-signed message (RFC 9580 section 7): exactly one signed block and nothing else in the file, so that no
 * reader can mistake unsigned text around the block for signed text. The library checks the signature; this checks the frame.
 */
import { AppError } from '../base/errors.ts';

const BEGIN_MESSAGE = '-----BEGIN PGP SIGNED MESSAGE-----';
const BEGIN_SIGNATURE = '-----BEGIN PGP SIGNATURE-----';
const END_SIGNATURE = '-----END PGP SIGNATURE-----';

/** True when the text opens as a clear-signed message, as an InRelease file does. */
export function isClearsigned(bytes: Uint8Array): boolean {
  const start = Buffer.from(bytes.subarray(0, BEGIN_MESSAGE.length)).toString('latin1');
  return start === BEGIN_MESSAGE;
}

/**
 * Refuses a clear-signed text with anything before, after or between its parts.
 *
 * @throws {AppError} `SIGNATURE_MISSING` when it is not clear-signed at all, `SIGNATURE_INVALID` when text stands outside the block.
 */
export function assertOnlySignedBlock(text: string, what: string): void {
  const lines = text.split('\n').map((line) => line.trimEnd());
  if (!lines.includes(BEGIN_MESSAGE)) throw new AppError('SIGNATURE_MISSING', `${what} is not signed`);
  const faults: string[] = [];
  if (lines[0] !== BEGIN_MESSAGE) faults.push('text before the signed block');
  for (const marker of [BEGIN_MESSAGE, BEGIN_SIGNATURE, END_SIGNATURE]) {
    const count = lines.filter((line) => line === marker).length;
    if (count !== 1) faults.push(`${count} lines "${marker}"`);
  }
  const end = lines.indexOf(END_SIGNATURE);
  if (end !== -1 && lines.slice(end + 1).some((line) => line !== '')) faults.push('text after the signature');
  if (lines.indexOf(BEGIN_SIGNATURE) > end) faults.push('its parts are out of order');
  if (text.includes('\0')) faults.push('a NUL byte');
  if (faults.length === 0) return;
  throw new AppError('SIGNATURE_INVALID', `${what} is not one clear-signed message: ${faults.join('; ')}`, {
    hint: 'only the signed text may be used; the server or a proxy altered the file',
  });
}
