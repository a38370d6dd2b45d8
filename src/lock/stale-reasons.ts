/** Does a lock still answer the request at hand? `build --locked` refuses when it does not. */
import { compareCodeUnits } from '../base/compare.ts';
import type { Lock, LockedRequest } from './lock.ts';

/** Everything in which `lock` differs from what is wanted now, as sentences; empty when it still fits. */
export function staleReasons(lock: Lock, wanted: Pick<Lock, 'distro' | 'arch' | 'flavor' | 'request'>): string[] {
  const reasons: string[] = [];
  const compare = (what: string, had: string, wants: string): void => {
    if (had !== wants) reasons.push(`${what}: the lock has ${had || 'none'}, the request has ${wants || 'none'}`);
  };
  compare('distro', lock.distro, wanted.distro);
  compare('CPU', lock.arch, wanted.arch);
  compare('flavor', lock.flavor, wanted.flavor);
  for (const field of ['profiles', 'packages', 'baseline', 'modules'] as const) {
    compare(field, list(lock.request[field]), list(wanted.request[field]));
  }
  compare('recommends', String(lock.request.recommends), String(wanted.request.recommends));
  compare('PostgreSQL', String(lock.request.pgVersion ?? ''), String(wanted.request.pgVersion ?? ''));
  compare('minor release', lock.request.minor ?? '', wanted.request.minor ?? '');
  if (lock.request.manifestSha256 !== wanted.request.manifestSha256)
    reasons.push('the manifest (upstreams, groups or pins) has changed since');
  return reasons;
}

function list(words: LockedRequest['profiles']): string {
  return [...words].sort(compareCodeUnits).join(' ');
}
