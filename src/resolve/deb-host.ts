/** A Debian host as one more index beside the upstreams: what it has, what it holds, and what its apt may take. */
import { type HostPins, parseAptPreferences } from '../deb/candidates/apt-preferences.ts';
import type { DebCandidatePool, HostRules, UpstreamIndex } from '../deb/candidates/deb-candidate-pool.ts';
import { type HalfInstalled, parseHostStatus } from '../deb/candidates/host-status.ts';
import { indexInstalled } from '../deb/index/deb-package-index.ts';
import type { Baseline } from './baseline.ts';
import { type CapturedHost, isCapturedFacts, parseCapturedFacts, statusOfHost } from './captured-facts.ts';

/** A host that has something. */
export interface DebHost {
  readonly index: UpstreamIndex;
  readonly rules: HostRules;
  readonly halfInstalled: readonly HalfInstalled[];
  /** What was odd, as sentences. */
  readonly notes: readonly string[];
}

/**
 * The host of a captured file: a dpkg status file, or facts, whose packages `findPool` knows more about.
 *
 * @throws {AppError} `INDEX_INVALID`, `CONFIG_INVALID`.
 */
export function readDebHost({ bytes, path }: Extract<Baseline, { kind: 'file' }>, findPool: () => DebCandidatePool): DebHost {
  if (!isCapturedFacts(bytes)) return hostOf(bytes, path, parseAptPreferences([]));
  const captured = parseCapturedFacts(bytes, path);
  return hostOf(statusOfHost(captured, findPool()), path, parseAptPreferences(preferencesOf(captured)));
}

/** A host that has these packages, all whole, and no wishes. */
export function debHostOf(stanzas: Buffer, where: string): DebHost {
  const rules = { held: new Set<string>(), pins: parseAptPreferences([]) };
  return { index: { name: 'host', index: indexInstalled(stanzas, where) }, rules, halfInstalled: [], notes: [] };
}

function hostOf(status: Buffer, where: string, pins: HostPins): DebHost {
  const { index, held, halfInstalled, notes } = parseHostStatus(status, where);
  return { index: { name: 'host', index }, rules: { held, pins }, halfInstalled, notes };
}

/** Files below preferences.d count when they have no extension or `.pref` (apt_preferences(5)). */
function preferencesOf({ rules }: CapturedHost): string[] {
  const isRead = (path: string) => path === '/etc/apt/preferences' || /^\/etc\/apt\/preferences\.d\/[A-Za-z0-9_-]+(?:\.pref)?$/.test(path);
  return [...(rules ?? [])].filter(([path]) => isRead(path)).map(([, content]) => content);
}
