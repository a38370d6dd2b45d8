/** What is kept of an answer, and which answers are not kept. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { recallAnswer } from '../../../src/cli/bundle/answer-memo.ts';
import { rememberAnswer } from '../../../src/cli/bundle/remember-answer.ts';
import { formatLock } from '../../../src/lock/format-lock.ts';
import { resolve } from '../../../src/resolve/resolve.ts';
import { commandContext } from '../../lab/cli/call-command.ts';
import { toyKey } from '../../lab/upstreams/toy-archive.ts';
import { debManifest, elManifest, elUpstream, POLICY, toyDownloader, toyInput } from '../../lab/upstreams/toy-build.ts';
import { toyElUpstream } from '../../lab/upstreams/toy-el-upstream.ts';
import { temporaryDir } from '../../support/fetch-lab.ts';

/** A request over an upstream in a folder, with its key in a file, resolved. */
async function resolved() {
  const dir = await temporaryDir();
  for (const [path, bytes] of await toyElUpstream()) {
    mkdirSync(join(dir, dirname(path)), { recursive: true });
    writeFileSync(join(dir, path), bytes);
  }
  const key = join(dir, 'key.asc');
  writeFileSync(key, (await toyKey()).publicKeyArmored);
  const upstream = await elUpstream(pathToFileURL(dir).href);
  const trust = { ...upstream.trust, keyrings: [key], keyUrls: [] };
  const toy = await toyDownloader();
  const input = toyInput(elManifest({ ...upstream, trust }));
  const { lock } = await resolve(input, [], toy.downloader, POLICY, toy.context);
  const lockText = formatLock(lock);
  const answer = { options: { json: false, quiet: true }, said: [], lockPath: join(dir, 'x.lock'), lockText, lines: [], data: {} };
  const context = commandContext(dir, { argv: ['resolve', '--distro', 'el9'] });
  const stated = { input, local: [], policy: POLICY, files: [] };
  const recall = () => recallAnswer(toy.store, { ...context, buildId: 'build' });
  return { ...toy, dir, key, answer, stated, context, recall };
}

it('an answer hangs on repomd.xml and on the key', async () => {
  for (const changed of ['repodata/repomd.xml', 'key.asc']) {
    const { dir, downloader, answer, stated, context, recall } = await resolved();
    await rememberAnswer(answer, stated, downloader, context, 'build');
    expect(await recall()).toEqual(answer);
    writeFileSync(join(dir, changed), `${readFileSync(join(dir, changed))}\n`);
    expect(await recall()).toBeNull();
  }
});

it('an answer is not kept without a build, with an upstream or key elsewhere, or for DEB', async () => {
  const { downloader, answer, stated, context, store } = await resolved();
  await rememberAnswer(answer, stated, downloader, context, null);
  await rememberAnswer(answer, { ...stated, input: toyInput(debManifest()) }, downloader, context, 'build');
  const elsewhere = [{ urls: ['http://mirror/repomd.xml'], mirrorIndex: 0, sha256: 'x' }];
  const fetcher = { ...downloader.fetcher, askedRoots: elsewhere };
  await rememberAnswer(answer, stated, Object.create(downloader, { fetcher: { value: fetcher } }), context, 'build');
  expect(readdirSync(join(store.dir, 'derived'))).not.toContain('answers');
});
