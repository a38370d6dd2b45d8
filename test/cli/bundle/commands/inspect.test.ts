/** `pigsty-bundle inspect`: what a bundle says of itself, from its beginning. */
import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { registerInspect } from '../../../../src/cli/bundle/commands/inspect.ts';
import { callCommand } from '../../../lab/cli/call-command.ts';
import { writeToy } from '../../../lab/upstreams/bundle-lab.ts';
import { toyKey } from '../../../lab/upstreams/toy-archive.ts';
import { temporaryDir } from '../../../support/fetch-lab.ts';

async function bundle() {
  const dir = await temporaryDir();
  const { path, index } = await writeToy(dir);
  return { dir, path, index, inspect: (...more: readonly string[]) => callCommand(registerInspect, ['inspect', 'toy.tgz', ...more], dir) };
}

it('says what it is for, what was proved and whom it trusted', async () => {
  const { inspect, index } = await bundle();
  const { lines, data } = (await inspect()).result;
  for (const line of [
    `bundle     ${index.id}`,
    'for        d12.x86_64, flavor debian',
    'profiles   infra',
    '  infra on baseline none: 3 packages',
    '  base bookworm main: NOT signed',
    '  grafana: not in Debian',
  ]) {
    expect(lines).toContain(line);
  }
  expect(data).toMatchObject({ id: index.id, contentChecked: false, signature: { kind: 'unsigned' } });
  expect(data).not.toHaveProperty('files');
});

it('names the largest packages first', async () => {
  const { inspect } = await bundle();
  const { largest } = (await inspect()).result.data as { readonly largest: readonly { readonly sizeBytes: number }[] };
  const sizes = largest.map(({ sizeBytes }) => sizeBytes);
  expect(sizes).toHaveLength(3);
  expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
});

describe('only the beginning is read', () => {
  it('so that a bundle cut behind its index is still told', async () => {
    const { path, inspect, index } = await bundle();
    truncateSync(path, 20_000);
    expect((await inspect()).result.data).toMatchObject({ id: index.id });
  });

  it('but whose it is must be right', async () => {
    const { dir, inspect } = await bundle();
    writeFileSync(join(dir, 'key.asc'), (await toyKey()).publicKeyArmored);
    await expect(inspect('--key', 'key.asc')).rejects.toMatchObject({ code: 'BUNDLE_SIGNATURE_INVALID' });
  });
});

it('a bundle that is not there is BUNDLE_MISSING', async () => {
  await expect(callCommand(registerInspect, ['inspect', 'none.tgz'], await temporaryDir())).rejects.toMatchObject({
    code: 'BUNDLE_MISSING',
  });
});
