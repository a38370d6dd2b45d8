/**
 * A host from what `pigsty-install facts --json` printed on it. Facts name packages and versions only; what those packages provide and need
 * is looked up in the upstreams. A version no upstream has any more becomes a package that provides nothing but its name.
 */
import { AppError } from '../base/errors.ts';
import type { DebCandidatePool } from '../deb/candidates/deb-candidate-pool.ts';

const MAX_PACKAGES = 100_000;
/** `bash`, `libc6:i386`, `glibc:i686`; rpm's public keys have `(none)` behind the colon. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9+._~-]*(?::[A-Za-z0-9_()-]+)?$/;
const VERSION = /^[A-Za-z0-9.+~^_:-]+$/;
const STATE = /^[a-z-]+$/;

/** What of printed facts is read. Checked by hand: loading a library for it takes longer than all the rest. */
interface Printed {
  readonly packages: ReadonlyMap<string, readonly string[]>;
  readonly brokenPackages: readonly Broken[];
  readonly heldPackages: readonly string[];
  readonly packageRules: readonly { readonly path: string; readonly content: string }[] | undefined;
}

/** Earlier installers told no version of these, so that nothing is known of them. */
interface Broken {
  readonly name: string;
  readonly version: string | undefined;
  readonly state: string;
  readonly needsReinstall: boolean | undefined;
}

/** A package of a captured host, in any state but gone. */
interface CapturedPackage {
  readonly name: string;
  /** Null for the native one, and for what is of no architecture. */
  readonly arch: string | null;
  readonly version: string;
  /** As dpkg writes it: `install ok installed`. */
  readonly status: string;
}

/** What was captured. */
export interface CapturedHost {
  readonly packages: readonly CapturedPackage[];
  /** Files by path that say what apt or dnf may take; null from an installer that did not look. */
  readonly rules: ReadonlyMap<string, string> | null;
}

/** True when a captured file is JSON rather than a dpkg status file or a list of RPMs. */
export function isCapturedFacts(bytes: Buffer): boolean {
  return bytes.subarray(0, 64).toString('latin1').trimStart().startsWith('{');
}

/**
 * Reads captured facts.
 *
 * @throws {AppError} `CONFIG_INVALID` when the file is not what `pigsty-install facts --json` prints.
 */
export function parseCapturedFacts(bytes: Buffer, path: string): CapturedHost {
  const lines = bytes.toString('utf8').trim().split('\n');
  for (const line of lines.reverse()) {
    const printed = printedIn(parseJson(line));
    if (printed === null) continue;
    const host = hostOf(printed);
    if (host.packages.length <= MAX_PACKAGES) return host;
  }
  throw new AppError('CONFIG_INVALID', `${path} holds no captured facts`, {
    hint: 'capture them on the host with: pigsty-install facts --json > FILE; or copy its /var/lib/dpkg/status, or give the output of "rpm -qa" on EL',
  });
}

function hostOf({ packages, brokenPackages, heldPackages, packageRules }: Printed): CapturedHost {
  const held = new Set(heldPackages);
  const make = (key: string, version: string, state: string): CapturedPackage => {
    const [name = '', arch = null] = key.split(':', 2);
    return { name, arch, version, status: `${held.has(key) ? 'hold' : 'install'} ${state}` };
  };
  const whole = [...packages].flatMap(([key, versions]) => versions.map((version) => make(key, version, 'ok installed')));
  const broken = brokenPackages.flatMap(({ name, version, state, needsReinstall }) =>
    version === undefined ? [] : [make(name, version, `${needsReinstall === true ? 'reinstreq' : 'ok'} ${state}`)],
  );
  const rules = packageRules?.map(({ path, content }) => [path, content] as const);
  return { packages: [...whole, ...broken], rules: rules === undefined ? null : new Map(rules) };
}

/** The packages of a captured host as a dpkg status file. */
export function statusOfHost({ packages }: CapturedHost, pool: DebCandidatePool): Buffer {
  const stanzas = packages.map(({ name, arch: captured, version, status }) => {
    const arch = captured ?? pool.arch;
    const known = pool.entry(name).candidates.find(({ record, effectiveArch }) => record.version === version && effectiveArch === arch);
    const stanza =
      known === undefined
        ? `Package: ${name}\nVersion: ${version}\nArchitecture: ${arch}\n`
        : pool.describe(known.id).stanza.toString('utf8');
    return `${stanza.trimEnd()}\nStatus: ${status}\n\n`;
  });
  return Buffer.from(stanzas.join(''));
}

/**
 * The packages of a captured host as the lines `parseInstalledList` reads. Facts leave out the architecture of what is native or noarch:
 * `archOf` tells it.
 */
export function listOfHost({ packages }: CapturedHost, archOf: (name: string, version: string) => string): string {
  return packages.map(({ name, arch, version }) => `${name} ${version} ${arch ?? archOf(name, version)}`).join('\n');
}

/** Null for anything else than facts. */
function printedIn(line: unknown): Printed | null {
  const facts = isRecord(line) ? line.facts : undefined;
  if (!isRecord(facts) || !isRecord(facts.packages)) return null;
  const { brokenPackages = [], heldPackages = [], packageRules } = facts;
  const named = Object.entries(facts.packages).map(([key, value]) => [key, versionsIn(value)] as const);
  const isSound =
    named.every(([key, versions]) => NAME.test(key) && versions !== null) &&
    isListOf(brokenPackages, isBroken) &&
    isListOf(heldPackages, (held) => isText(held, NAME)) &&
    (packageRules === undefined || isListOf(packageRules, isRule));
  if (!isSound) return null;
  const packages = new Map(named.map(([key, versions]) => [key, versions ?? []]));
  return { packages, brokenPackages, heldPackages, packageRules } as Printed;
}

/** Earlier installers printed one version a package. */
function versionsIn(value: unknown): readonly string[] | null {
  const versions = Array.isArray(value) ? value : [value];
  return versions.length > 0 && versions.every((version) => isText(version, VERSION)) ? versions : null;
}

function isBroken(value: unknown): boolean {
  if (!isRecord(value) || !isText(value.name, NAME) || !isText(value.state, STATE)) return false;
  const { version, needsReinstall } = value;
  return (version === undefined || isText(version, VERSION)) && (needsReinstall === undefined || typeof needsReinstall === 'boolean');
}

function isRule(value: unknown): boolean {
  return isRecord(value) && typeof value.path === 'string' && typeof value.content === 'string';
}

function isListOf(value: unknown, isMember: (member: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(isMember);
}

function isText(value: unknown, pattern: RegExp): boolean {
  return typeof value === 'string' && pattern.test(value);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
