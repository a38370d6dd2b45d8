import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fingerprint } from '../../src/host/host-key.ts';
import { formatKnownHost, judgeHostKey, keyType, knownTypes, parseKnownHosts } from '../../src/host/known-hosts.ts';

const key = (seed: string, type = 'ssh-ed25519'): Buffer => {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(type.length);
  return Buffer.concat([length, Buffer.from(type), Buffer.from(seed)]);
};
const [one, two] = [key('one'), key('two')];
const line = (names: string, blob = one, marker = ''): string => `${marker}${names} ${keyType(blob)} ${blob.toString('base64')} comment\n`;

describe('known hosts', () => {
  it.each([
    ['a plain name', line('a,10.0.0.1'), '10.0.0.1', 22, one, 'match'],
    ['a name in other case', line('a.example.test'), 'A.Example.Test', 22, one, 'match'],
    ['another key', line('a'), 'a', 22, two, 'changed'],
    ['another type of key', line('a'), 'a', 22, key('x', 'ssh-rsa'), 'changed'],
    ['one of two keys', line('a') + line('a', two), 'a', 22, two, 'match'],
    ['nobody', line('b'), 'a', 22, one, 'unknown'],
    ['another port', line('a'), 'a', 2222, one, 'unknown'],
    ['its own port', line('[a]:2222'), 'a', 2222, one, 'match'],
    ['a wildcard', line('10.0.*.?'), '10.0.77.1', 22, one, 'match'],
    ['a negated name', line('10.0.*,!10.0.0.9'), '10.0.0.9', 22, one, 'unknown'],
    ['a dot is only a dot', line('a.b'), 'axb', 22, one, 'unknown'],
    ['a revoked key', line('a') + line('*', one, '@revoked '), 'a', 22, one, 'revoked'],
    ['a certificate authority', line('*', one, '@cert-authority '), 'a', 22, one, 'unknown'],
    ['comments and rubbish', `# x\n\nbroken\n${line('a')}`, 'a', 22, one, 'match'],
  ] as const)('%s', (_, text, hostname, port, blob, verdict) => {
    expect(judgeHostKey(parseKnownHosts(text), hostname, port, blob)).toBe(verdict);
  });

  it('names the types it knows, and writes lines it reads', () => {
    const entries = parseKnownHosts(formatKnownHost('a', 2222, one) + formatKnownHost('a', 2222, key('r', 'ssh-rsa')));
    expect(knownTypes(entries, 'a', 2222)).toEqual(['ssh-ed25519', 'ssh-rsa']);
    expect(judgeHostKey(entries, 'a', 2222, one)).toBe('match');
  });
});

describe('as ssh-keygen has it', () => {
  let root: string;
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'pigsty-keys-'));
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', join(root, 'key')]);
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  it('fingerprints and hashed names agree', () => {
    const [, base64 = ''] = readFileSync(join(root, 'key.pub'), 'utf8').split(' ');
    const blob = Buffer.from(base64, 'base64');
    expect(execFileSync('ssh-keygen', ['-lf', join(root, 'key.pub')]).toString()).toContain(fingerprint(blob));
    writeFileSync(join(root, 'known_hosts'), formatKnownHost('host.example.test', 22, blob));
    execFileSync('ssh-keygen', ['-q', '-H', '-f', join(root, 'known_hosts')], { stdio: 'ignore' });
    const hashed = readFileSync(join(root, 'known_hosts'), 'utf8');
    expect(hashed).toMatch(/^\|1\|/);
    expect(judgeHostKey(parseKnownHosts(hashed), 'host.example.test', 22, blob)).toBe('match');
    expect(judgeHostKey(parseKnownHosts(hashed), 'other.example.test', 22, blob)).toBe('unknown');
  });
});
