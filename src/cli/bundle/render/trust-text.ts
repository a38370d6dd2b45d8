/** How an upstream was trusted, in words. */
import type { UpstreamTrust } from '../../../lock/lock.ts';

/** `signed by 0123…` · `packages signed by 0123… or 4567…` · `NOT signed` · `given as files, taken as they are`. */
export function trustText(trust: UpstreamTrust): string {
  switch (trust.kind) {
    case 'signed':
      return `signed by ${trust.fingerprint}`;
    case 'packages':
      return `packages signed by ${[trust.fingerprint, ...(trust.others ?? [])].join(' or ')}; metadata not signed`;
    case 'unsigned':
      return 'NOT signed';
    case 'trusted':
      return 'NOT signed: taken as it is, because the manifest says "trusted: yes"';
    case 'local':
      return 'given as files, taken as they are';
  }
}

/** What a target would refuse of an upstream's keys, as sentences; empty when nothing is wrong. */
export function weakKeyTexts(trust: UpstreamTrust): readonly string[] {
  return 'weak' in trust ? (trust.weak ?? []) : [];
}
