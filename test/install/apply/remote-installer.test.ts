import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { MountFacts } from '../../../src/facts/types.ts';
import { probeRemotely, programDirectory, unpackRemotely } from '../../../src/install/apply/remote-installer.ts';
import { openBundle } from '../../../src/install/desired/open-bundle.ts';
import { SOME_FACTS } from '../../lab/install/some-facts.ts';
import { scratchDir, writeToy } from '../../lab/upstreams/bundle-lab.ts';
import { type Answer, FakeHost, on, sha256 } from '../../support/fake-host.ts';
import { recorder, someBundle } from '../../support/some-input.ts';

const mount = (path: string, ...options: string[]): MountFacts => ({
  path,
  device: 'd',
  type: 'ext4',
  options,
  availableBytes: 1,
  totalBytes: 1,
});

describe('where a program may be run from', () => {
  it.each([
    ['where we keep our things', [mount('/')], '/var/lib/pigsty-install'],
    ['else below /usr/local', [mount('/'), mount('/var', 'noexec')], '/usr/local/lib/pigsty-install'],
    ['else below /opt', [mount('/', 'noexec'), mount('/opt')], '/opt/pigsty-install'],
  ])('%s', (_, mounts, directory) => {
    expect(programDirectory({ ...SOME_FACTS, mounts })).toBe(directory);
  });

  it('nowhere, and that is said', () => {
    expect(() => programDirectory({ ...SOME_FACTS, mounts: [mount('/', 'noexec')] })).toThrow(
      expect.objectContaining({ code: 'PREFLIGHT_FAILED' }),
    );
  });
});

/** Takes what is carried over, and says how the far installer ended. */
function receiver(answer: Answer): { host: FakeHost; received: Map<string, Buffer> } {
  const received = new Map<string, Buffer>();
  const host = new FakeHost(
    on('umask 077; mkdir -p', '-\n0\n-\n'),
    on('rm -f --', ''),
    on('cat >>"$1"', ({ argv, input }) => {
      received.set(argv[4] ?? '', input);
      return '';
    }),
    on('sha256sum <"$1"', ''),
    on('unpack --held --json', answer),
    on('rm -rf --', ''),
  );
  return { host, received };
}

async function unpack(answer: Answer, key: string | null = null) {
  const dir = await scratchDir();
  const { path } = await writeToy(dir);
  const bundle = await openBundle(path, { trust: null, programVersion: '0.1.0' });
  const { host, received } = receiver(answer);
  const context = recorder();
  const done = unpackRemotely(host, SOME_FACTS, { bundle, webRoot: '/www', repoName: 'mypkg', replace: false, key }, context);
  return { bundle, host, received, context, done };
}

describe('unpacking on another host', () => {
  it('carries installer and bundle over, unpacks, and removes both', async () => {
    const { host, received, bundle, done } = await unpack('{"type":"result"}\n');
    await done;
    const directory = `/var/lib/pigsty-install/upload-${bundle.index.id.slice(0, 16)}`;
    expect([...received.keys()]).toEqual([`${directory}/pigsty-install.partial`, `${directory}/bundle.tgz.partial`]);
    const unpacking = host.done.find(({ argv }) => argv.includes('unpack'));
    expect(unpacking?.argv.join(' ')).toBe(
      `${directory}/pigsty-install unpack --held --json --offline ${directory}/bundle.tgz --web-root /www --repo-name mypkg`,
    );
    expect(host.commands.at(-1)).toBe(`rm -rf -- ${directory}`);
  });

  it('hands the keys over on standard input', async () => {
    const { host, done } = await unpack('', 'ARMORED');
    await done;
    expect(host.done.find(({ argv }) => argv.includes('--key-stdin'))?.stdin).toBe('ARMORED');
  });

  it('shows the progress of the far side, and nothing else of it', async () => {
    const progress = { type: 'phase.progress', phase: 'unpack', doneBytes: 1, totalBytes: 2 };
    const { context, done } = await unpack(`{"type":"phase.start"}\n${JSON.stringify(progress)}\nrubbish\n`);
    await done;
    expect(context.events).toContainEqual(progress);
    expect(context.events.filter((event) => event.type !== 'phase.progress')).toEqual([]);
  });

  it('says what the far side said when it failed', async () => {
    const exit = { type: 'exit', message: 'disk full', hint: 'free some' };
    const { done } = await unpack({ code: 74, output: `${JSON.stringify(exit)}\n` });
    await expect(done).rejects.toMatchObject({ code: 'STEP_FAILED', hint: 'free some', message: expect.stringContaining('disk full') });
  });

  it('is refused for a bundle without an installer, before anything is carried over', async () => {
    const { host, received } = receiver('');
    const path = join(await scratchDir(), 'x.tgz');
    await writeFile(path, 'x');
    const plan = { bundle: someBundle({ path }), webRoot: '/www', repoName: 'pigsty', replace: false, key: null };
    await expect(unpackRemotely(host, SOME_FACTS, plan, recorder())).rejects.toMatchObject({ code: 'BUNDLE_INVALID' });
    expect(received.size).toBe(0);
  });

  it('the installer that arrives is the one of the bundle', async () => {
    const { received, bundle, done } = await unpack('');
    await done;
    const [, sent] = [...received].find(([path]) => path.endsWith('pigsty-install.partial')) ?? [];
    expect(sha256(sent ?? '')).toBe(bundle.index.installer?.sha256);
  });
});

describe('probing on another host', () => {
  const probe = { id: 'p', component: 'c', kind: 'tcp', host: '127.0.0.1', port: 1 } as const;

  it('asks the installer that lies in the repository', async () => {
    const result = [{ id: 'p', component: 'c', ok: true, detail: '', durationMs: 1 }];
    const host = new FakeHost(on('/www/mypkg/pigsty-install probe --once', JSON.stringify(result)));
    expect(await probeRemotely(host, '/www/mypkg/pigsty-install', [probe], true)).toEqual(result);
    expect(JSON.parse(host.done[0]?.stdin ?? '')).toEqual([probe]);
  });

  it('asks nothing when there is nothing to ask', async () => {
    expect(await probeRemotely(new FakeHost(), '/x', [], false)).toEqual([]);
  });
});
