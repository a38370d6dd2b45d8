/**
 * What a user or a group may write for a package, after dnf(8) "Specifying packages": `name`, `name.arch`, `name-version`,
 * `name-version-release[.arch]`, a capability with or without a version, a path. Globs in names are left out: a request means one package.
 */
import type { RejectedCandidate, Request, SolvableId } from '../../solve/types.ts';
import type { RpmDependency } from '../package/rpm-package.ts';
import { askByName, type CapabilityResolver, isNamed, obsoletes } from './capability-resolver.ts';
import { parseCapability } from './rich-dependency.ts';
import { type RpmCandidatePool, type RpmSolvable, solvableLabel } from './rpm-candidate-pool.ts';

const WITH_PARENTHESES = /^(\S+)\s+\(\s*([<>=]+)\s*(\S+)\s*\)$/;
const WITHOUT_SPACES = /^([^\s=<>()]+)(=|>=|<=|>|<)([^\s=<>]+)$/;

/**
 * The request for `text`. With nothing to offer `anyOf` is empty and `rejected` says what came near.
 *
 * @example findRequest(resolver, 'nginx (>= 1.22)', '--package')
 */
export function findRequest(resolver: CapabilityResolver, text: string, origin: string): Request {
  const dependency = parseRequest(text);
  if (dependency === undefined) return { text, origin, anyOf: [], rejected: [{ label: text, why: 'not a package name or capability' }] };
  const named = dependency.flags === '' ? byNevra(resolver.pool, dependency.name) : null;
  if (named !== null && named.packages.length > 0) return requestOf(resolver, text, origin, named);
  const anyOf = preferReal(resolver, dependency);
  return anyOf.length > 0 ? offer(resolver, text, origin, anyOf) : { text, origin, anyOf, rejected: resolver.rejected(dependency, false) };
}

/**
 * The packages of the other word size that `text` asks for: `lib.i686`, or a name or version nothing native has. Where something native has
 * it and cannot be chosen, that is told rather than passed over.
 */
export function foreignNamed(pool: RpmCandidatePool, text: string): readonly RpmSolvable[] {
  const dependency = parseRequest(text);
  if (dependency === undefined) return [];
  if (dependency.flags === '') return wantedOf(byNevra(pool, dependency.name)).filter(({ isForeign }) => isForeign);
  const packages = pool.named(dependency.name).filter((one) => isNamed(one, dependency));
  return wantedOf({ packages, isPlainName: false, withArch: false }).filter(({ isForeign }) => isForeign);
}

interface Named {
  readonly packages: readonly RpmSolvable[];
  /** Nothing but a name was given: newer names of the package count too. */
  readonly isPlainName: boolean;
  /** An architecture was given, so that of the other word size is meant if it says so. */
  readonly withArch: boolean;
}

function wantedOf({ packages, withArch }: Named): readonly RpmSolvable[] {
  const isForeignMeant = withArch || packages.every(({ isForeign }) => isForeign);
  return packages.filter(({ hidden, isForeign }) => hidden === null && (isForeignMeant || !isForeign));
}

function parseRequest(text: string): RpmDependency | undefined {
  const trimmed = text.trim();
  const parts = WITH_PARENTHESES.exec(trimmed) ?? WITHOUT_SPACES.exec(trimmed);
  return parseCapability(parts === null ? trimmed : `${parts[1]} ${parts[2]} ${parts[3]}`);
}

/** With a version, the package of that name before others that provide it, as `name (>= version)` is written of packages. */
function preferReal(resolver: CapabilityResolver, dependency: RpmDependency): readonly number[] {
  const ids = resolver.satisfiers(dependency, false);
  const real = ids.filter((id) => resolver.pool.get(id).pkg.name === dependency.name);
  return real.length > 0 ? real : ids;
}

/** What a word means as a name, name.arch, or name with version and so on; the first reading that names something wins. */
function byNevra(pool: RpmCandidatePool, word: string): Named {
  const plain = pool.named(word);
  if (plain.length > 0) return { packages: plain, isPlainName: true, withArch: false };
  const dot = word.lastIndexOf('.');
  const arch = word.slice(dot + 1);
  const ofArch = dot <= 0 ? [] : pool.named(word.slice(0, dot)).filter(({ pkg }) => pkg.arch === arch);
  if (ofArch.length > 0) return { packages: ofArch, isPlainName: false, withArch: true };
  for (let hyphen = word.lastIndexOf('-'); hyphen > 0; hyphen = word.lastIndexOf('-', hyphen - 1)) {
    const rest = word.slice(hyphen + 1);
    const packages = pool.named(word.slice(0, hyphen)).filter((one) => isVersion(one, rest));
    if (packages.length > 0) return { packages, isPlainName: false, withArch: packages.every(({ pkg }) => rest.endsWith(`.${pkg.arch}`)) };
  }
  return { packages: [], isPlainName: false, withArch: false };
}

/** True when `text` is the package's version, with release, architecture and epoch or without. */
function isVersion({ pkg }: RpmSolvable, text: string): boolean {
  const [, epoch, rest = text] = /^(\d+):(.*)$/.exec(text) ?? [];
  if (epoch !== undefined && epoch !== pkg.epoch) return false;
  const full = `${pkg.version}-${pkg.release}`;
  return rest === pkg.version || rest === full || rest === `${full}.${pkg.arch}`;
}

function requestOf(resolver: CapabilityResolver, text: string, origin: string, named: Named): Request {
  const { packages, isPlainName } = named;
  const wanted = wantedOf(named);
  const isHeir = (other: RpmSolvable) =>
    other.hidden === null && wanted.some((one) => (one.isForeign || !other.isForeign) && obsoletes(other, one));
  const newer = isPlainName ? resolver.pool.obsoleting(packages[0]?.pkg.name ?? '').filter(isHeir) : [];
  const anyOf = resolver.rank([...wanted, ...newer]).map(({ id }) => id);
  if (anyOf.length > 0) return offer(resolver, text, origin, anyOf);
  const others = packages[0] === undefined ? [] : resolver.satisfiers({ ...NO_VERSION, name: packages[0].pkg.name }, false);
  return { text, origin, anyOf: isPlainName ? others : [], rejected: packages.map(rejectedOf).slice(0, 20) };
}

/** As dnf has it, what is installed is asked for no more, in whatever version: it stands first and stays. */
function offer({ pool }: CapabilityResolver, text: string, origin: string, anyOf: readonly SolvableId[]): Request {
  return { text, origin, anyOf, ...(pool.get(anyOf[0]!).isInstalled ? { keepsFirst: true } : {}) };
}

const NO_VERSION = { flags: '', epoch: '', version: '', release: '', pre: false } as const;

function rejectedOf(solvable: RpmSolvable): RejectedCandidate {
  return { label: solvableLabel(solvable), why: solvable.hidden ?? askByName(solvable) };
}
