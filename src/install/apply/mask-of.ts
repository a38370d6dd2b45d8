/** What no message may show: passwords, and keys as a whole and line by line. */
import type { DesiredState } from '../contract/declaration.ts';

export function maskOf({ secrets, pki }: Pick<DesiredState, 'secrets' | 'pki'>): string[] {
  const keys = [pki.caKey, pki.infraKey, pki.nginxKey].flatMap((key) => key ?? []);
  const lines = keys.flatMap((key) => key.split('\n').filter((line) => line.length >= 32 && !line.startsWith('-----')));
  return [...Object.values(secrets), ...keys, ...lines];
}
