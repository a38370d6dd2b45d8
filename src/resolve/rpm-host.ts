/** An EL host as its own dnf sees it: what it has, what it excludes or locks, which module streams it follows. */

import { parseRpmHostRules, type RpmHostRules } from '../rpm/candidates/host-rules.ts';
import { type InstalledEntry, parseInstalledList } from '../rpm/candidates/installed-list.ts';
import { type HostStreams, parseModuleStates, streamsOfInstalled } from '../rpm/modules/host-streams.ts';
import type { ModuleStream } from '../rpm/modules/module-document.ts';
import type { Baseline } from './baseline.ts';
import { type CapturedHost, isCapturedFacts, listOfHost, parseCapturedFacts } from './captured-facts.ts';

/** What a captured file says. */
export interface CapturedRpmHost {
  readonly entries: readonly InstalledEntry[];
  /** What was odd, as sentences. */
  readonly notes: readonly string[];
  readonly rules: RpmHostRules;
  readonly streams: HostStreams;
}

const NO_RULES: ReadonlyMap<string, string> = new Map();
const VERSION_LOCK = '/etc/dnf/plugins/versionlock';

/**
 * Reads a captured file: the output of `rpm -qa`, or facts, whose architectures `archOf` tells. Streams are those the host has enabled; a
 * list that does not say them tells them by the packages it names.
 *
 * @throws {AppError} `CONFIG_INVALID`.
 */
export function readRpmHost(
  { bytes, path }: Extract<Baseline, { kind: 'file' }>,
  archOf: (name: string, version: string) => string,
  streams: readonly ModuleStream[],
): CapturedRpmHost {
  const captured = isCapturedFacts(bytes) ? parseCapturedFacts(bytes, path) : null;
  const { entries, notes } = parseInstalledList(captured === null ? bytes.toString('utf8') : listOfHost(captured, archOf), path);
  const files = captured?.rules ?? NO_RULES;
  const isKnown = captured !== null && captured.rules !== null;
  return {
    entries,
    notes,
    rules: parseRpmHostRules(files.get('/etc/dnf/dnf.conf') ?? '', lockListOf(files)),
    streams: isKnown ? parseModuleStates(moduleFiles(captured)) : { enabled: streamsOfInstalled(entries, streams), disabled: new Set() },
  };
}

function moduleFiles({ rules }: CapturedHost): string[] {
  return [...(rules ?? [])].filter(([path]) => /^\/etc\/dnf\/modules\.d\/[^/]+\.module$/.test(path)).map(([, content]) => content);
}

/** Nothing where the plugin is not installed or switched off. */
function lockListOf(files: ReadonlyMap<string, string>): string {
  const conf = files.get(`${VERSION_LOCK}.conf`) ?? 'enabled=0';
  if (/^\s*enabled\s*=\s*(?:0|false|no|off)\s*$/im.test(conf)) return '';
  const path = /^\s*locklist\s*=\s*(\S+)/im.exec(conf)?.[1] ?? `${VERSION_LOCK}.list`;
  return files.get(path) ?? '';
}
