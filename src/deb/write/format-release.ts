/**
 * `Release` of a flat repository and the deb822 source file that points apt at it (apt-secure(8), sources.list(5)). SHA256 only. No
 * Valid-Until: a bundle does not go stale.
 */
import { createHash } from 'node:crypto';

/** What `Release` says. */
export interface ReleaseInput {
  /** Seconds since 1970. */
  readonly dateSec: number;
  /** Debian's names: `amd64`, `arm64`; `all` is implied. */
  readonly architectures: readonly string[];
  readonly description: string;
  /** The index files it vouches for, by name. */
  readonly files: readonly { readonly name: string; readonly bytes: Uint8Array }[];
}

/** The text of `Release`. Same input, same text. */
export function formatRelease(input: ReleaseInput): string {
  const sums = input.files.map(({ name, bytes }) => ` ${createHash('sha256').update(bytes).digest('hex')} ${bytes.length} ${name}\n`);
  return [
    'Origin: pigsty\n',
    'Label: pigsty\n',
    'Suite: pigsty\n',
    'Codename: pigsty\n',
    `Date: ${new Date(input.dateSec * 1000).toUTCString().replace('GMT', 'UTC')}\n`,
    `Architectures: ${input.architectures.join(' ')}\n`,
    `Description: ${input.description}\n`,
    'SHA256:\n',
    ...sums,
  ].join('');
}

/** A flat repository on this host or on a server, and whose key to expect. */
export interface SourcesInput {
  /** `file:///www/pigsty` or `http://10.10.10.10/pigsty`, without a final slash. */
  readonly uri: string;
  /** Armored public key the repository is signed with; null trusts it unsigned. */
  readonly publicKeyArmored: string | null;
}

/**
 * The text of `pigsty.sources`. An inline key needs apt 2.3.10 or newer, which every distro we build for has. The Date of the Release is
 * not looked at: a host without internet may have its clock behind, and a bundle does not go stale.
 */
export function formatSources(input: SourcesInput): string {
  const trust = input.publicKeyArmored === null ? 'Trusted: yes\n' : `Signed-By:\n${indentKey(input.publicKeyArmored)}`;
  return `X-Repolib-Name: pigsty\nEnabled: yes\nTypes: deb\nURIs: ${input.uri}/\nSuites: ./\nCheck-Date: no\n${trust}`;
}

/** A key as a multi-line deb822 value: each line indented, an empty line as a dot. */
function indentKey(armored: string): string {
  const lines = armored.replaceAll('\r\n', '\n').trim().split('\n');
  return lines.map((line) => ` ${line.trim() === '' ? '.' : line.trimEnd()}\n`).join('');
}
