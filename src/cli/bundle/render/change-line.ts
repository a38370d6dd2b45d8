/** One changed package of two locks, in words. */
import { formatBytes } from '../../../base/bytes.ts';
import type { PackageChange } from '../../../lock/diff-packages.ts';

const SIGN: Readonly<Record<PackageChange['kind'], string>> = { added: '+', removed: '-', up: '↑', down: '↓', rebuilt: '≠' };

/** `↑ up      nginx amd64 1.22.1-9 → 1.22.1-10  +1.2 KiB` */
export function changeLine({ kind, name, arch, from, to, deltaBytes }: PackageChange): string {
  const versions = from === null ? to : to === null ? from : `${from} → ${to}`;
  const size = deltaBytes === 0 ? '' : `  ${signedBytes(deltaBytes)}`;
  return `${SIGN[kind]} ${kind.padEnd(7)} ${name} ${arch} ${versions}${size}`;
}

/** `+1.2 KiB` · `-3 B` */
export function signedBytes(bytes: number): string {
  return `${bytes < 0 ? '-' : '+'}${formatBytes(Math.abs(bytes))}`;
}
