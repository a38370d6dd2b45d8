/** Says in words what is wrong with a tar header that is not the one expected. For messages only: such a header is always refused. */
import { AppError } from '../../base/errors.ts';
import type { BundleFault } from '../format/bundle-fault.ts';
import type { BundleFile } from '../format/bundle-index.ts';
import { pathFault } from '../format/entry-path.ts';
import { modeOf } from '../format/layout.ts';
import type { ForeignHeader } from '../format/tar-header.ts';
import { describeHeader } from '../format/tar-header.ts';

/** The fault of `block`, where the archive should have continued with `expected[at]`. */
export function explainHeader(block: Buffer, expected: readonly BundleFile[], at: number): BundleFault {
  const header = describeHeader(block);
  const unsafe = (what: string): BundleFault => ({ code: 'BUNDLE_UNSAFE_ENTRY', path: header.path, what });
  if (!header.valid)
    return { code: 'BUNDLE_INVALID', path: null, what: `damaged: no file header where ${nameOf(expected[at])} should begin` };
  if (header.type !== 'File' && !isExtension(header)) return unsafe(`is a ${header.type}, not a regular file`);
  const fault = isExtension(header) ? null : pathFault(header.path);
  if (fault !== null) return unsafe(fault);
  const position = expected.findIndex((file) => file.path === header.path);
  if (position === -1) return unsafe('is not in the index, or appears twice');
  if (position < at) return unsafe('appears twice or out of order');
  const file = expected[position]!;
  if (header.sizeBytes !== file.sizeBytes) {
    return { code: 'BUNDLE_DIGEST_MISMATCH', path: file.path, what: `has ${header.sizeBytes} bytes, the index says ${file.sizeBytes}` };
  }
  if (header.mode !== modeOf(file.path)) return unsafe(`has mode 0${header.mode.toString(8)} instead of 0${modeOf(file.path).toString(8)}`);
  return unsafe('has a header with an owner, a time or a field that bundles do not have');
}

/** What the first header of a file says that does not begin with an index. */
export function notABundle(block: Buffer, source: string): AppError {
  const header = describeHeader(block);
  if (header.valid && /^(?:\.\/)?pigsty(?:\/|$)/.test(header.path)) {
    return new AppError(
      'BUNDLE_INVALID',
      `${source} has no pigsty/bundle.json at its beginning: it was packed by Pigsty itself or by hand`,
      {
        hint: 'build a bundle with pigsty-bundle, or unpack this file as Pigsty does: tar -xzf FILE -C /www',
      },
    );
  }
  return new AppError('BUNDLE_INVALID', `${source} is not a bundle: it does not begin with pigsty/bundle.json`);
}

/** A bundle that went through another compressor. */
export function recompressed(source: string): AppError {
  return new AppError('BUNDLE_INVALID', `${source} was compressed again by another program; a bundle is read only as it was written`, {
    hint: 'get the file again from where it was built',
  });
}

function isExtension(header: ForeignHeader): boolean {
  return header.type === 'ExtendedHeader' || header.type === 'GlobalExtendedHeader' || header.type === 'NextFileHasLongPath';
}

function nameOf(file: BundleFile | undefined): string {
  return file === undefined ? 'the end of the archive' : file.path;
}
