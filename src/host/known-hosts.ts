/**
 * OpenSSH's known_hosts: who a host key belongs to. Follows sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT": plain, `[host]:port`, wildcard,
 * negated and hashed names, `@revoked`. `@cert-authority` lines are left out: host certificates are not supported.
 */
import { createHmac } from 'node:crypto';

/** One usable line. */
export interface KnownHost {
  readonly revoked: boolean;
  /** As written: patterns separated by commas, or one `|1|salt|hash`. */
  readonly names: string;
  readonly type: string;
  /** base64 of the key blob. */
  readonly key: string;
}

/** What a file says about a key a host shows. */
export type KnownHostVerdict = 'match' | 'unknown' | 'changed' | 'revoked';

/** Lines that cannot be read are skipped, as ssh does. */
export function parseKnownHosts(text: string): KnownHost[] {
  const entries: KnownHost[] = [];
  for (const line of text.split('\n')) {
    const words = line.trim().split(/\s+/);
    if (words[0] === undefined || words[0] === '' || words[0].startsWith('#')) continue;
    const marker = words[0].startsWith('@') ? words.shift() : undefined;
    const [names, type, key] = words;
    if (marker === '@cert-authority' || names === undefined || type === undefined || key === undefined) continue;
    entries.push({ revoked: marker === '@revoked', names, type, key });
  }
  return entries;
}

/** The name a host is filed under: `host`, or `[host]:port` when the port is not 22. */
function knownHostName(hostname: string, port: number): string {
  const lower = hostname.toLowerCase();
  return port === 22 ? lower : `[${lower}]:${port}`;
}

/** Key types known for a host, in file order: to be asked for first, so that a host with several keys shows one we can judge. */
export function knownTypes(entries: readonly KnownHost[], hostname: string, port: number): string[] {
  const name = knownHostName(hostname, port);
  return [...new Set(entries.filter((entry) => !entry.revoked && namesMatch(entry.names, name)).map((entry) => entry.type))];
}

/** Judges the key `blob` (the wire form, whose first string is its type). A host that is known by other keys only is `changed`. */
export function judgeHostKey(entries: readonly KnownHost[], hostname: string, port: number, blob: Buffer): KnownHostVerdict {
  const name = knownHostName(hostname, port);
  const key = blob.toString('base64');
  const mine = entries.filter((entry) => namesMatch(entry.names, name));
  if (mine.some((entry) => entry.revoked && entry.key === key)) return 'revoked';
  const usable = mine.filter((entry) => !entry.revoked);
  if (usable.some((entry) => entry.key === key)) return 'match';
  return usable.length === 0 ? 'unknown' : 'changed';
}

/** The line to add for a host. */
export function formatKnownHost(hostname: string, port: number, blob: Buffer): string {
  return `${knownHostName(hostname, port)} ${keyType(blob)} ${blob.toString('base64')}\n`;
}

/** The type inside a key blob (RFC 4253, 6.6: a length and a string). */
export function keyType(blob: Buffer): string {
  return blob.toString('latin1', 4, 4 + Math.min(blob.readUInt32BE(0), 64));
}

function namesMatch(names: string, name: string): boolean {
  if (names.startsWith('|')) return hashMatches(names, name);
  let matched = false;
  for (const pattern of names.toLowerCase().split(',')) {
    const negated = pattern.startsWith('!');
    if (!globMatches(negated ? pattern.slice(1) : pattern, name)) continue;
    if (negated) return false;
    matched = true;
  }
  return matched;
}

function hashMatches(names: string, name: string): boolean {
  const [, version, salt, hash] = names.split('|');
  if (version !== '1' || salt === undefined || hash === undefined) return false;
  return createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest('base64') === hash;
}

function globMatches(pattern: string, name: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`).test(name);
}
