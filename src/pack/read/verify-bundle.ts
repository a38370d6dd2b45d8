/** `verify` and `inspect`: is this bundle whole and whose is it, and what does it say of itself. Writes nothing. */
import { stat } from 'node:fs/promises';
import { AppError, messageOf } from '../../base/errors.ts';
import type { Context } from '../../base/events.ts';
import type { PublicKeys } from '../../trust/keyring.ts';
import { primaryFingerprints } from '../../trust/keyring.ts';
import { verifyDetached } from '../../trust/verify.ts';
import type { BundleIndex } from '../format/bundle-index.ts';
import { unpackedBytes } from '../format/bundle-index.ts';
import { readBundle } from './read-bundle.ts';
import type { BundleHead } from './read-head.ts';
import { readHead } from './read-head.ts';
import type { BundleInput } from './tar-stream.ts';
import { openTarStream } from './tar-stream.ts';

/** Whose signature a bundle must carry. */
export interface BundleTrust {
  readonly keyring: PublicKeys;
  /** Primary fingerprints that may sign; all of the keyring when left out. */
  readonly fingerprints?: readonly string[];
  readonly nowSec: number;
}

/** What is known about the signature: none there, there but no key to check it with, or good. */
export type SignatureState =
  | { readonly kind: 'unsigned' }
  | { readonly kind: 'unchecked' }
  | { readonly kind: 'verified'; readonly fingerprint: string };

/** Outcome of a full check. */
export interface VerifiedBundle {
  readonly index: BundleIndex;
  readonly signature: SignatureState;
  readonly fileCount: number;
  /** Unpacked. */
  readonly sizeBytes: number;
  /** Size of the tarball; null when it came from a stream. */
  readonly packedBytes: number | null;
}

/**
 * Checks every byte of a bundle, and with `trust` given, that it is signed by one of those keys.
 *
 * @throws {AppError} as `readBundle`, and `BUNDLE_SIGNATURE_INVALID`.
 */
export async function verifyBundle(input: BundleInput, trust: BundleTrust | null, context: Context): Promise<VerifiedBundle> {
  let signature: SignatureState = { kind: 'unsigned' };
  let totalBytes = 0;
  let doneBytes = 0;
  const head = await readBundle(
    input,
    {
      onHead: async (read) => {
        signature = await checkSignature(read, trust);
        totalBytes = unpackedBytes(read.index);
      },
      onFile: (file) => {
        doneBytes += file.sizeBytes;
        context.report({ type: 'phase.progress', phase: 'verify', doneBytes, totalBytes });
        return null;
      },
    },
    context.signal,
  );
  return { index: head.index, signature, fileCount: head.index.files.length, sizeBytes: totalBytes, packedBytes: await packedSize(input) };
}

/** What a bundle says of itself. Only the index was looked at: `contentChecked` is always false. */
export interface InspectedBundle {
  readonly index: BundleIndex;
  readonly signature: SignatureState;
  readonly packedBytes: number | null;
  readonly contentChecked: false;
}

/**
 * Reads only the beginning of a bundle.
 *
 * @throws {AppError} `BUNDLE_MISSING`, `BUNDLE_INVALID`, `BUNDLE_TRUNCATED`, `BUNDLE_TOO_NEW`, `BUNDLE_UNSAFE_ENTRY`,
 * `BUNDLE_SIGNATURE_INVALID`.
 */
export async function inspectBundle(input: BundleInput, trust: BundleTrust | null = null): Promise<InspectedBundle> {
  const stream = await openTarStream(input);
  try {
    const head = await readHead(stream.bytes, typeof input === 'string' ? input : 'the bundle');
    return { index: head.index, signature: await checkSignature(head, trust), packedBytes: stream.packedBytes, contentChecked: false };
  } finally {
    await stream.close();
  }
}

/**
 * Checks the signature over the index.
 *
 * @throws {AppError} `BUNDLE_SIGNATURE_INVALID` when `trust` is given and no trusted key signed these bytes.
 */
export async function checkSignature(head: BundleHead, trust: BundleTrust | null): Promise<SignatureState> {
  if (trust === null) return { kind: head.signature === null ? 'unsigned' : 'unchecked' };
  if (head.signature === null) {
    throw new AppError('BUNDLE_SIGNATURE_INVALID', `bundle ${head.index.id.slice(0, 12)} carries no signature`, {
      hint: 'build it with --sign KEY, or leave the key out to accept an unsigned bundle',
    });
  }
  const fingerprints = trust.fingerprints ?? primaryFingerprints(trust.keyring);
  try {
    const policy = { fingerprints, nowSec: trust.nowSec, what: 'pigsty/bundle.json' };
    const { fingerprint } = await verifyDetached(head.indexBytes, head.signature, trust.keyring, policy);
    return { kind: 'verified', fingerprint };
  } catch (error) {
    throw new AppError('BUNDLE_SIGNATURE_INVALID', messageOf(error), {
      cause: error,
      hint: 'do not use this file unless you know why it is signed by another key',
    });
  }
}

async function packedSize(input: BundleInput): Promise<number | null> {
  if (typeof input !== 'string') return null;
  return (await stat(input)).size;
}
