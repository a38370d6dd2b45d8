import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fingerprint, type HostKeyPolicy, hostKeyChecker } from '../../src/host/host-key.ts';
import { formatKnownHost } from '../../src/host/known-hosts.ts';

const keyBlob = (): Buffer => {
  const parsed = ssh2.utils.parseKey(ssh2.utils.generateKeyPairSync('ed25519').public);
  if (parsed instanceof Error) throw parsed;
  return parsed.getPublicSSH();
};
const [OURS, OTHER] = [keyBlob(), keyBlob()];

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'host-key-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

const known = (): string => join(dir, 'ssh', 'known_hosts');

async function check(unknown: HostKeyPolicy['unknown'], blob: Buffer, files = [known()]) {
  const checker = await hostKeyChecker({ files, unknown }, 'db1', 22);
  const isTrusted = await new Promise<boolean>((done) => {
    (checker.config.hostVerifier as (key: Buffer, verify: (valid: boolean) => void) => void)(blob, done);
  });
  return { isTrusted, verdict: checker.verdict(), algorithms: checker.config.algorithms?.serverHostKey };
}

describe('a host nobody knows', () => {
  it('is refused, with its fingerprint and how to compare it', async () => {
    const { isTrusted, verdict } = await check('refuse', OURS);
    expect(isTrusted).toBe(false);
    expect(verdict).toMatchObject({ code: 'HOST_KEY_UNKNOWN', message: expect.stringContaining(fingerprint(OURS)) });
    expect(verdict?.hint).toContain('--accept-new');
  });

  it('is remembered once it was accepted, and known from then on', async () => {
    expect((await check('accept', OURS)).isTrusted).toBe(true);
    expect(readFileSync(known(), 'utf8')).toBe(formatKnownHost('db1', 22, OURS));
    expect((await check('refuse', OURS)).isTrusted).toBe(true);
  });

  it.each([true, false])('is accepted as the person who is asked says: %s', async (answer) => {
    const asked: string[] = [];
    const ask = async (name: string, shown: string): Promise<boolean> => {
      asked.push(`${name} ${shown}`);
      return answer;
    };
    expect((await check(ask, OURS)).isTrusted).toBe(answer);
    expect(asked).toEqual([`db1 ${fingerprint(OURS)}`]);
  });

  it('is refused when asking fails', async () => {
    const { isTrusted, verdict } = await check(() => Promise.reject(new Error('no terminal')), OURS);
    expect([isTrusted, verdict?.code, verdict?.message]).toEqual([false, 'HOST_KEY_UNKNOWN', 'db1: Error: no terminal']);
  });
});

describe('a host that is known', () => {
  it.each(['refuse', 'accept'] as const)('is refused with another key, also where new hosts are to %s', async (unknown) => {
    await check('accept', OURS);
    const { isTrusted, verdict } = await check(unknown, OTHER);
    expect(isTrusted).toBe(false);
    expect(verdict).toMatchObject({ code: 'HOST_KEY_CHANGED', hint: expect.stringContaining(`ssh-keygen -R db1 -f ${known()}`) });
  });

  it('is asked for the kind of key it is known by first', async () => {
    const path = join(dir, 'rsa');
    writeFileSync(path, 'db1 ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQDCz\n');
    const { algorithms } = await check('refuse', OURS, [path]);
    expect((algorithms as string[])[0]).toBe('rsa-sha2-512');
  });

  it('is refused when its key was revoked', async () => {
    const path = join(dir, 'revoked');
    writeFileSync(path, `@revoked * ${formatKnownHost('db1', 22, OURS).split(' ').slice(1).join(' ')}`);
    expect((await check('accept', OURS, [path])).verdict).toMatchObject({
      code: 'HOST_KEY_CHANGED',
      message: expect.stringContaining('revoked'),
    });
  });
});
