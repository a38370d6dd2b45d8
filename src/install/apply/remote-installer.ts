/**
 * Runs the installer of the bundle on a remote host. Most work there needs only a shell, but unpacking gigabytes and probing through TLS
 * need a program. It is `pigsty/pigsty-install` of the bundle, the same file that is in the repository later. It is never run from /tmp,
 * and the copy is removed.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError } from '../../base/errors.ts';
import type { Context, Event } from '../../base/events.ts';
import { mountOfPath } from '../../facts/mounts.ts';
import type { HostFacts } from '../../facts/types.ts';
import { uploadFile } from '../../host/files.ts';
import { type Host, outputTail, runChecked } from '../../host/host.ts';
import type { Probe } from '../contract/declaration.ts';
import { installerOf, type OpenBundle } from '../desired/open-bundle.ts';
import type { ProbeResult } from '../probes/run-probes.ts';
import { STATE_DIRECTORY } from '../state/earlier-runs.ts';

/** Tried in this order; the first that is not mounted noexec is used. */
const PROGRAM_DIRECTORIES = [STATE_DIRECTORY, '/usr/local/lib/pigsty-install', '/opt/pigsty-install'];

/** A directory programs may be run from. @throws {AppError} `PREFLIGHT_FAILED` when all are mounted noexec. */
export function programDirectory(facts: HostFacts): string {
  const usable = PROGRAM_DIRECTORIES.find((path) => mountOfPath(facts.mounts, path)?.options.includes('noexec') !== true);
  if (usable !== undefined) return usable;
  throw new AppError('PREFLIGHT_FAILED', `${PROGRAM_DIRECTORIES.join(', ')} are all mounted noexec`, {
    hint: 'mount one of them without noexec',
  });
}

/** What to unpack where. */
export interface RemoteUnpack {
  readonly bundle: OpenBundle;
  readonly webRoot: string;
  readonly repoName: string;
  readonly replace: boolean;
  /** Armored public keys the bundle must be signed by, or null. */
  readonly key: string | null;
}

/** Carries bundle and installer over, unpacks there, and removes both. Progress of both parts is reported as phase `unpack`. */
export async function unpackRemotely(host: Host, facts: HostFacts, unpack: RemoteUnpack, context: Context): Promise<void> {
  const { bundle } = unpack;
  const directory = `${programDirectory(facts)}/upload-${bundle.index.id.slice(0, 16)}`;
  const remoteBundle = `${directory}/bundle.tgz`;
  const program = await uploadInstaller(host, bundle, directory, context);
  await uploadFile(host, {
    localPath: bundle.path,
    remotePath: remoteBundle,
    mode: 0o600,
    signal: context.signal,
    onProgress: (doneBytes, totalBytes) => context.report({ type: 'phase.progress', phase: 'unpack', doneBytes, totalBytes }),
  });
  const key = unpack.key === null ? [] : ['--key-stdin'];
  const replace = unpack.replace ? ['--yes'] : [];
  const result = await host.run(
    {
      argv: [
        program,
        'unpack',
        '--held',
        '--json',
        '--offline',
        remoteBundle,
        '--web-root',
        unpack.webRoot,
        '--repo-name',
        unpack.repoName,
        ...key,
        ...replace,
      ],
      ...(unpack.key === null ? {} : { stdin: unpack.key }),
    },
    { onStdout: forwardEvents(context) },
  );
  if (result.code !== 0) throw failureOf(host, result.stdout.toString(), outputTail(result));
  await runChecked(host, { argv: ['rm', '-rf', '--', directory] });
}

/** Probes from the host itself, with the installer the repository holds. */
export async function probeRemotely(host: Host, program: string, probes: readonly Probe[], once: boolean): Promise<ProbeResult[]> {
  if (probes.length === 0) return [];
  const argv = [program, 'probe', ...(once ? ['--once'] : [])] as [string, ...string[]];
  const result = await runChecked(host, { argv, stdin: JSON.stringify(probes) });
  return JSON.parse(result.stdout.toString()) as ProbeResult[];
}

async function uploadInstaller(host: Host, bundle: OpenBundle, directory: string, context: Context): Promise<string> {
  const content = await installerOf(bundle, context.signal);
  const local = await mkdtemp(join(tmpdir(), 'pigsty-install-'));
  try {
    const localPath = join(local, 'pigsty-install');
    await writeFile(localPath, content);
    const remotePath = `${directory}/pigsty-install`;
    await uploadFile(host, { localPath, remotePath, mode: 0o700, signal: context.signal });
    return remotePath;
  } finally {
    await rm(local, { recursive: true, force: true });
  }
}

/** Progress lines of the far side become ours; half lines wait for their rest. */
function forwardEvents(context: Context): (chunk: Uint8Array) => void {
  let pending = '';
  return (chunk) => {
    const lines = (pending + Buffer.from(chunk).toString()).split('\n');
    pending = lines.pop() ?? '';
    for (const line of lines) {
      const event = parseLine(line);
      if (event?.type === 'phase.progress') context.report(event as unknown as Event);
    }
  };
}

function failureOf(host: Host, stdout: string, tail: string): AppError {
  const last = stdout
    .trim()
    .split('\n')
    .map(parseLine)
    .findLast((line) => line?.type === 'exit');
  const message = typeof last?.message === 'string' ? last.message : tail;
  return new AppError('STEP_FAILED', `${host.id}: unpacking failed: ${message}`, typeof last?.hint === 'string' ? { hint: last.hint } : {});
}

function parseLine(line: string): { type?: unknown; message?: unknown; hint?: unknown } | null {
  try {
    return JSON.parse(line) as { type?: unknown };
  } catch {
    return null;
  }
}
