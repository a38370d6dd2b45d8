/**
 * Pins of a host (apt_preferences(5)), as they bear on a bundle: which versions of our repository apt would not take there. Pins of other
 * releases and origins say nothing about it.
 */
import { compilePatterns, type NameMatcher } from '../../base/name-pattern.ts';

/** One record of a preferences file. */
interface HostPin {
  readonly isName: NameMatcher;
  /** `Package: *`: counts after all records that name packages. */
  readonly isGeneral: boolean;
  /** Null for pins of releases and origins. */
  readonly isVersion: NameMatcher | null;
  /** It speaks of our repository, whatever the version. */
  readonly isBundle: boolean;
  readonly priority: number;
}

/** The priorities a host gives. */
export interface HostPins {
  /** Of this version in a bundle. 500 unless pinned. */
  ofBundle(name: string, version: string): number;
  /** Of this version as it is installed. 100 unless its version is pinned. */
  ofInstalled(name: string, version: string): number;
}

/** What `Release` of our tree says (`deb/write/format-release.ts`): by this a pin of a release means us. */
const BUNDLE_RELEASE: Readonly<Record<string, string>> = { a: 'pigsty', n: 'pigsty', o: 'pigsty', l: 'pigsty', c: '' };
const UNPINNED_BUNDLE = 500;
const UNPINNED_INSTALLED = 100;
const MOST_RECORDS = 10_000;
/** Names and versions are shorter; an expression is never tried on more. */
const MOST_MATCHED = 300;

/** The pins of files in the order apt reads them. What is no record, or has no number for a priority, is passed over, as apt does. */
export function parseAptPreferences(texts: readonly string[]): HostPins {
  const records = texts.flatMap((text) => text.replaceAll(/^#.*\n?/gm, '').split(/\n(?:[ \t\r]*\n)+/)).slice(0, MOST_RECORDS);
  const pins = records.flatMap((record) => parseRecord(record) ?? []);
  const ordered = [...pins.filter(({ isGeneral }) => !isGeneral), ...pins.filter(({ isGeneral }) => isGeneral)];
  const find = (name: string, version: string, ofBundle: boolean) =>
    ordered.find((pin) => pin.isName(name) && (pin.isVersion === null ? ofBundle && pin.isBundle : pin.isVersion(version)));
  return {
    ofBundle: (name, version) => find(name, version, true)?.priority ?? UNPINNED_BUNDLE,
    ofInstalled: (name, version) => find(name, version, false)?.priority ?? UNPINNED_INSTALLED,
  };
}

function parseRecord(record: string): HostPin | null {
  const field = (name: string) => new RegExp(`^${name}:[ \\t]*(.*)$`, 'im').exec(record)?.[1]?.trim() ?? '';
  const priority = Number.parseInt(field('Pin-Priority'), 10);
  const names = field('Package')
    .split(/[\s,]+/)
    .filter((name) => name !== '');
  const [, kind = '', value = ''] = /^(version|release|origin)\s*(.*)$/i.exec(field('Pin')) ?? [];
  if (names.length === 0 || kind === '' || !Number.isInteger(priority)) return null;
  const isVersion = kind.toLowerCase() === 'version' ? matcherOf([value]) : null;
  return { isName: matcherOf(names), isGeneral: names.includes('*'), isVersion, isBundle: isOurs(kind.toLowerCase(), value), priority };
}

/** `origin ""` is what lies on the host itself; the words of `release` must all fit. */
function isOurs(kind: string, value: string): boolean {
  if (kind === 'origin') return value === '' || value === '""';
  if (kind !== 'release') return false;
  const words = value.split(',').map((word) => word.trim());
  return words.every((word) => {
    const [, key, wanted = ''] = /^([a-z])\s*=\s*(.*)$/.exec(word) ?? [];
    if (key === undefined) return matcherOf([word])('pigsty');
    const has = BUNDLE_RELEASE[key];
    return has !== undefined && has !== '' && matcherOf([wanted.replace(/^"(.*)"$/, '$1')])(has);
  });
}

/** Shell patterns, and regular expressions between slashes. */
function matcherOf(patterns: readonly string[]): NameMatcher {
  const expressions = patterns.flatMap((pattern) => compileExpression(/^\/(.{1,200})\/$/.exec(pattern)?.[1] ?? '') ?? []);
  const isPattern = compilePatterns(patterns.filter((pattern) => !pattern.startsWith('/')));
  return (text) => isPattern(text) || expressions.some((expression) => expression.test(text.slice(0, MOST_MATCHED)));
}

function compileExpression(text: string): RegExp | null {
  try {
    return text === '' ? null : new RegExp(text);
  } catch {
    return null;
  }
}
