/** Decides whether a host may be trusted to be who it says: strict by default, asking or accepting only what was never seen before. */
import { createHash } from 'node:crypto';
import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ConnectConfig } from 'ssh2';
import { AppError } from '../base/errors.ts';
import { formatKnownHost, judgeHostKey, keyType, knownTypes, parseKnownHosts } from './known-hosts.ts';

/** What to do with a host that no file knows. A changed key is refused always. */
export interface HostKeyPolicy {
  /** Read in order; a new key is added to the first. */
  readonly files: readonly string[];
  /** Gets the fingerprint as ssh shows it; true adds the key. `refuse` and `accept` need no one to ask. */
  readonly unknown: 'refuse' | 'accept' | ((name: string, fingerprint: string) => Promise<boolean>);
}

/** Host key types in the order we prefer them when nothing is known. */
const KEY_TYPES = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
] as const;

/** `SHA256:` and unpadded base64, as `ssh-keygen -l` prints. */
export function fingerprint(blob: Buffer): string {
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;
}

/** The part of ssh2's configuration that checks the key; `verdict` tells afterwards why it was refused. */
export async function hostKeyChecker(policy: HostKeyPolicy, hostname: string, port: number) {
  const entries = parseKnownHosts((await Promise.all(policy.files.map(readIfThere))).join('\n'));
  let refused: AppError | undefined;
  const judge = async (blob: Buffer): Promise<boolean> => {
    const verdict = judgeHostKey(entries, hostname, port, blob);
    if (verdict === 'match') return true;
    if (verdict === 'unknown' && (await mayAdd(policy, hostname, blob))) {
      await remember(policy, formatKnownHost(hostname, port, blob));
      return true;
    }
    refused = refusal(verdict, hostname, policy, blob);
    return false;
  };
  const known = knownTypes(entries, hostname, port).flatMap((type) => (type === 'ssh-rsa' ? ['rsa-sha2-512', 'rsa-sha2-256'] : [type]));
  const order = [...new Set([...known.filter((type) => (KEY_TYPES as readonly string[]).includes(type)), ...KEY_TYPES])];
  const config: ConnectConfig = {
    hostVerifier: (key: Buffer, verify: (valid: boolean) => void) => {
      judge(key).then(verify, (error: unknown) => {
        refused = error instanceof AppError ? error : new AppError('HOST_KEY_UNKNOWN', `${hostname}: ${String(error)}`);
        verify(false);
      });
    },
    algorithms: { serverHostKey: order as NonNullable<NonNullable<ConnectConfig['algorithms']>['serverHostKey']> & string[] },
  };
  return { config, verdict: () => refused };
}

async function mayAdd(policy: HostKeyPolicy, hostname: string, blob: Buffer): Promise<boolean> {
  if (typeof policy.unknown === 'function') return policy.unknown(hostname, fingerprint(blob));
  return policy.unknown === 'accept';
}

function refusal(verdict: 'unknown' | 'changed' | 'revoked', hostname: string, policy: HostKeyPolicy, blob: Buffer): AppError {
  const shown = `${keyType(blob)} ${fingerprint(blob)}`;
  if (verdict === 'unknown') {
    return new AppError('HOST_KEY_UNKNOWN', `${hostname} shows a host key nobody vouched for: ${shown}`, {
      hint: `compare it with the host's own (ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub), then use --accept-new`,
    });
  }
  const what = verdict === 'revoked' ? 'a host key marked as revoked' : 'another host key than the one known for it';
  return new AppError('HOST_KEY_CHANGED', `${hostname} shows ${what}: ${shown}`, {
    hint: `somebody may sit in between. If the host was reinstalled: ssh-keygen -R ${hostname} -f ${policy.files[0] ?? 'known_hosts'}`,
  });
}

async function remember(policy: HostKeyPolicy, line: string): Promise<void> {
  const path = policy.files[0];
  if (path === undefined) return;
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await appendFile(path, line, { mode: 0o600 });
}

async function readIfThere(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}
