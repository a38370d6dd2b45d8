/** Compares apt's view of a damaged file with ours, and knows which differences are meant. */
import { parseRelations } from '../../src/deb/package/relations.ts';
import type { FuzzCase } from './apt-fuzz-cases.ts';
import type { OurView } from './apt-fuzz-views.ts';
import type { AptPackage, AptRelation, AptView } from './apt-oracle.ts';

/** A case that is seen in two ways. */
export interface Difference {
  /** Why that is right; null when nobody knows. */
  readonly rule: string | null;
  readonly steps: readonly string[];
  readonly onlyApt: readonly string[];
  readonly onlyOurs: readonly string[];
  readonly apt: string;
  readonly ours: string;
  readonly text: string;
}

/** What apt says when it believes nothing of a repository, whatever is in it. */
const TRUST = /Hash Sum mismatch|weak security|is expired|not valid yet|not signed|invalid signature|GPG error|unexpected size|Hashes of/i;

/** A reason why a line of one view need not be in the other. */
type Reason = (line: string, found: Omit<Difference, 'rule'>, made: FuzzCase, view: OurView) => boolean;

const GIVES_UP = /MergeList|could not be parsed or opened|Unable to parse package file|cache file is corrupted/;
const LOST_COLON = /^(?:#.*|[^\s:][^:\n]*)$/m;

/** Of a list that nothing vouches for. */
const CUT = 'apt reads what came of a packed list that was cut short; we pass it over for one that is whole';

/** The same package as in `line`, whose relations we cannot read: `${x}`, `b (== 1)`. */
const UNREADABLE = 'apt reads a relation that says nothing; dpkg refuses the package, and we do not choose it';

function isUnreadable(line: string, lines: readonly string[], { leftOut }: OurView): boolean {
  const package_ = (text: string) => text.split(' [')[0];
  const isTold = leftOut.some((text) => text.includes(`${line.split(' ')[0]}: nobody can read its `));
  return lines.some((other) => package_(other) === package_(line) && (isTold || `${line}${other}`.includes(',null]')));
}

/** Why a package that apt sees may be none for us. */
const ONLY_APT: Readonly<Record<string, Reason>> = {
  [CUT]: (_line, _found, { steps }) => steps.some((step) => /^Packages.* cut$/.test(step)),
  [UNREADABLE]: (line, { onlyOurs }, _made, view) => isUnreadable(line, onlyOurs, view),
  'left out and named: apt fails when it downloads it, or dpkg when it unpacks it': (line, _found, _made, view) =>
    view.leftOut.some((text) => text.startsWith(`${line.split(/\s/)[0]} `) && /is missing|is not acceptable/.test(text)),
  'apt does not see the field after a line without a colon': (_line, _found, { kind, text }) => isRecords(kind) && LOST_COLON.test(text),
};

/** Why a whole repository that apt takes may be none for us: always because we ask for more. */
const REFUSED: Readonly<Record<string, RegExp>> = {
  'a Valid-Until before 1970 has gone by, and apt takes it for none': /INDEX_EXPIRED: .* expired on 19/,
  'a size below 0 is no size, and apt does not compare it': /INDEX_INVALID: .*" fits no file/,
};

/** Why a package that apt takes for installed may be none for us. */
const ONLY_APT_INSTALLED: Readonly<Record<string, Reason>> = {
  'a half-installed package serves nobody, says dpkg: told': (line, _found, _made, view) =>
    view.leftOut.some((text) => text.includes(`${line.split(' ')[0]} is half-installed`)),
  'left out and named: dpkg writes no such stanza': (line, _found, { kind }, view) =>
    kind === 'status' && view.leftOut.some((text) => text.includes(`package ${line.split(/\s/)[0]}`)),
};

/** Why a package that we see may be none for apt. Never because of trust: see {@link differenceOf}. */
const ONLY_OURS: Readonly<Record<string, Reason>> = {
  'the Release calls the list ./Packages: its digests are right, and apt does not look for that name': (_line, { apt }, { kind, text }) =>
    kind === 'flat-release' && apt === '' && text.includes(' ./Packages'),
  [CUT]: (_line, _found, { steps }) => steps.some((step) => /^Packages.* cut$/.test(step)),
  [UNREADABLE]: (line, { onlyApt }, _made, view) => isUnreadable(line, onlyApt, view),
  'apt does nothing before a half-installed package is there again: told, and a proof needs its archive': (_line, { apt }) =>
    /needs to be reinstalled/.test(apt),
  'one bad record, and apt gives up all; here it costs itself': (_line, { apt }) => GIVES_UP.test(apt),
  'apt does not see the field after a line without a colon': ONLY_APT['apt does not see the field after a line without a colon'] as Reason,
};

function isRecords(kind: FuzzCase['kind']): boolean {
  return kind === 'packages' || kind === 'bare' || kind === 'status';
}

/** A digest that is none (SHA1, MD5) contradicts the others: for us only strong ones count, and they are right. */
const ONLY_WEAK = 'a weak digest is wrong and all strong ones are right';

function isOnlyWeak(apt: string): boolean {
  const [expected = '', received = ''] = apt.split('Hashes of received file:');
  const strong = (text: string) => [...text.matchAll(/(SHA256|SHA512):([0-9a-zA-Z]+)/g)].map(([, name, hex]) => `${name}:${hex}`);
  const known = strong(received);
  return /Hash Sum mismatch/.test(apt) && strong(expected).length > 0 && strong(expected).every((one) => known.includes(one));
}

function ruleOf(found: Omit<Difference, 'rule'>, made: FuzzCase, view: OurView): string | null {
  if (found.onlyOurs.length > 0 && TRUST.test(found.apt)) return isOnlyWeak(found.apt) ? ONLY_WEAK : null;
  const refused = Object.entries(REFUSED).find(([, pattern]) => pattern.test(view.refusal))?.[0];
  if (found.onlyOurs.length === 0 && refused !== undefined) return refused;
  const used = new Set<string>();
  const isExplained = (line: string, reasons: Readonly<Record<string, Reason>>): boolean => {
    const reason = Object.entries(reasons).find(([, applies]) => applies(line, found, made, view))?.[0];
    if (reason !== undefined) used.add(reason);
    return reason !== undefined;
  };
  const isAll =
    found.onlyApt.every((line) => isExplained(line, { ...ONLY_APT, ...ONLY_APT_INSTALLED })) &&
    found.onlyOurs.every((line) => isExplained(line, ONLY_OURS));
  return isAll ? [...used].join('; ') : null;
}

/** Null when both see the same. */
export function differenceOf(made: FuzzCase, apt: AptView, view: OurView): Difference | null {
  const theirs = apt.packages.filter(({ isInstalled }) => isInstalled === (made.kind === 'status')).map((one) => theirLine(one, made));
  const ours = view.records.map((record) => ourLine(record, made));
  const onlyApt = without(theirs, ours);
  const onlyOurs = without(ours, theirs);
  if (onlyApt.length === 0 && onlyOurs.length === 0) return null;
  const found = {
    steps: made.steps,
    onlyApt,
    onlyOurs,
    apt: `${apt.update} ${apt.open}`.trim(),
    ours: [view.refusal, ...view.leftOut].join(' / '),
    text: made.text,
  };
  return { ...found, rule: ruleOf(found, made, view) };
}

function without(lines: readonly string[], others: readonly string[]): string[] {
  const left = [...others];
  return lines.filter((line) => {
    const place = left.indexOf(line);
    if (place >= 0) left.splice(place, 1);
    return place < 0;
  });
}

function theirLine(one: AptPackage, { kind }: FuzzCase): string {
  const path = one.path.replace(/^(?:\.?\/)+/, '');
  const place = kind === 'status' ? '' : ` ${path} ${one.size} ${one.sha256.slice(0, 8)} ${one.sha512.slice(0, 8)}`;
  return `${one.name} ${one.version} ${one.arch}${place} ${JSON.stringify(relationsOfApt(one))}`;
}

function relationsOfApt({ relations }: AptPackage) {
  return Object.entries(relations).map(([field, groups]) => [
    field.toLowerCase(),
    groups?.map((group) => group.map(formatAptRelation).join(' | ')).filter((text) => text !== '') ?? null,
  ]);
}

function formatAptRelation([name, version, op]: AptRelation): string {
  const long = op === '<' ? '<<' : op === '>' ? '>>' : op;
  return op === '' ? name : `${name} (${long} ${version})`;
}

function ourLine(record: OurView['records'][number], { kind }: FuzzCase): string {
  const { name, version, arch, path, sizeBytes, sha256, sha512, fields } = record;
  const place = kind === 'status' ? '' : ` ${path} ${sizeBytes} ${sha256.slice(0, 8)} ${sha512.slice(0, 8)}`;
  const relations = ['pre-depends', 'depends', 'provides', 'conflicts', 'breaks'].flatMap((field) => {
    const value = fields.get(field) ?? '';
    return value === '' ? [] : [[field, relationsOf(value)]];
  });
  return `${name} ${version} ${arch}${place} ${JSON.stringify(relations)}`;
}

function relationsOf(value: string): readonly string[] | null {
  try {
    return parseRelations(value, '').map((group) =>
      group
        .map(
          ({ name, archQualifier, op, version }) =>
            `${name}${archQualifier === null ? '' : `:${archQualifier}`}${op === null ? '' : ` (${op} ${version})`}`,
        )
        .join(' | '),
    );
  } catch {
    return null;
  }
}
