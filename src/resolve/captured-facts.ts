/**
 * A baseline from what `pigsty-install facts --json` printed on a host. Facts name packages and versions only; what those packages provide
 * and need is looked up in the upstreams. A version no upstream has any more becomes a package that provides nothing but its name.
 */
import { AppError } from '../base/errors.ts';
import type { DebCandidatePool } from '../deb/candidates/deb-candidate-pool.ts';

const MAX_PACKAGES = 100_000;
/** `bash`, `libc6:i386`, `glibc:i686`; rpm's public keys have `(none)` behind the colon. */
const Name = /^[A-Za-z0-9][A-Za-z0-9+._~-]*(?::[A-Za-z0-9_()-]+)?$/;
const Version = /^[A-Za-z0-9.+~^_:-]+$/;

/** True when a captured file is JSON rather than a dpkg status file or a list of RPMs. */
export function isCapturedFacts(bytes: Buffer): boolean {
  return bytes.subarray(0, 64).toString('latin1').trimStart().startsWith('{');
}

/**
 * The packages of captured facts as a dpkg status file.
 *
 * @throws {AppError} `CONFIG_INVALID` when the file is not what `pigsty-install facts --json` prints.
 */
export function statusOfFacts(bytes: Buffer, path: string, pool: DebCandidatePool): Buffer {
  const packages = parseFacts(bytes, path);
  const stanzas = packages.map(([key, version]) => {
    const [name = '', arch = pool.arch] = key.split(':', 2);
    const known = pool.entry(name).candidates.find(({ record, effectiveArch }) => record.version === version && effectiveArch === arch);
    const stanza =
      known === undefined
        ? `Package: ${name}\nVersion: ${version}\nArchitecture: ${arch}\n`
        : pool.describe(known.id).stanza.toString('utf8');
    return `${stanza.trimEnd()}\nStatus: install ok installed\n\n`;
  });
  return Buffer.from(stanzas.join(''));
}

/**
 * The packages of captured facts as the lines `parseInstalledList` reads. Facts leave out the architecture of what is native or noarch:
 * `archOf` tells it.
 *
 * @throws {AppError} `CONFIG_INVALID` when the file is not what `pigsty-install facts --json` prints.
 */
export function listOfFacts(bytes: Buffer, path: string, archOf: (name: string, version: string) => string): string {
  const lines = parseFacts(bytes, path).map(([key, version]) => {
    const [name = '', arch] = key.split(':', 2);
    return `${name} ${version} ${arch ?? archOf(name, version)}`;
  });
  return lines.join('\n');
}

/** Name and version of each package; a name stands there as often as it is installed. */
function parseFacts(bytes: Buffer, path: string): [string, string][] {
  const lines = bytes.toString('utf8').trim().split('\n');
  for (const line of lines.reverse()) {
    const packages = packagesIn(parseJson(line));
    if (packages !== null && packages.length <= MAX_PACKAGES) return packages;
  }
  throw new AppError('CONFIG_INVALID', `${path} holds no captured facts`, {
    hint: 'capture them on the host with: pigsty-install facts --json > FILE; or copy its /var/lib/dpkg/status, or give the output of "rpm -qa" on EL',
  });
}

/** Written by hand: loading a library for it takes longer than all the rest. Null for anything else than facts. */
function packagesIn(line: unknown): [string, string][] | null {
  const packages = memberOf(memberOf(line, 'facts'), 'packages');
  if (!isRecord(packages)) return null;
  const named: [string, string][] = [];
  for (const [key, value] of Object.entries(packages)) {
    // Earlier installers printed one version a package.
    const versions: readonly unknown[] = Array.isArray(value) ? value : [value];
    if (!Name.test(key) || versions.length === 0) return null;
    for (const version of versions) {
      if (typeof version !== 'string' || !Version.test(version)) return null;
      named.push([key, version]);
    }
  }
  return named;
}

function memberOf(value: unknown, name: string): unknown {
  return isRecord(value) && Object.hasOwn(value, name) ? value[name] : undefined;
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
