/**
 * The one door to the `openpgp` library (RFC 9580). It is imported on first use, because loading it costs as much as starting Node
 * and most commands never check a signature.
 */
import type { PartialConfig } from 'openpgp';

type Openpgp = typeof import('openpgp');

let loading: Promise<Openpgp> | undefined;

/** The library, loaded once per process. */
export function loadOpenpgp(): Promise<Openpgp> {
  loading ??= import('openpgp');
  return loading;
}

/**
 * Settings for everything we sign. The library would put a random notation into each signature; without it the same key over the
 * same bytes at the same date gives the same signature, which reproducible bundles need.
 */
export const SIGNING_CONFIG: PartialConfig = {
  nonDeterministicSignaturesViaNotation: false,
  showVersion: false,
  showComment: false,
};
