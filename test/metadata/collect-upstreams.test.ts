import { describe, expect, it } from 'vitest';
import { AppError, type ErrorCode } from '../../src/base/errors.ts';
import { collectUpstreams } from '../../src/metadata/collect-upstreams.ts';
import { TOY_UPSTREAM } from '../lab/upstreams/deb-metadata.ts';

const upstreams = (...names: readonly string[]) => names.map((name) => ({ ...TOY_UPSTREAM, name, optional: name.endsWith('?') }));

/** Reads every upstream; one that is named in `errors` fails with that. */
function collect(names: readonly string[], errors: Readonly<Record<string, unknown>>) {
  return collectUpstreams(upstreams(...names), async ({ name }) => {
    if (name in errors) throw errors[name];
    return name.toUpperCase();
  });
}

const unreachable = new AppError('FETCH_FAILED', 'no answer', { hint: 'look at the cable' });

it('keeps the order of the manifest, whoever answers first', async () => {
  const waiting: (() => void)[] = [];
  const read = collectUpstreams(upstreams('a', 'b'), async ({ name }) => {
    if (name === 'a') await new Promise<void>((resolve) => waiting.push(resolve));
    else setImmediate(() => waiting[0]?.());
    return name;
  });
  expect(await read).toEqual({ good: ['a', 'b'], unavailable: [] });
});

describe('an optional upstream', () => {
  it.each<ErrorCode>(['FETCH_FAILED', 'FETCH_NOT_FOUND', 'FETCH_OFFLINE', 'UPSTREAM_UNAVAILABLE'])('is left out after %s', async (code) => {
    const collected = await collect(['a', 'b?'], { 'b?': new AppError(code, 'why not') });
    expect(collected).toEqual({ good: ['A'], unavailable: [{ upstream: 'b?', why: 'why not' }] });
  });

  it.each<ErrorCode>(['SIGNATURE_INVALID', 'SIGNATURE_MISSING', 'INDEX_DIGEST_MISMATCH', 'KEY_UNUSABLE', 'INTERRUPTED', 'INDEX_EXPIRED'])(
    'is not forgiven %s',
    async (code) => {
      await expect(collect(['a', 'b?'], { 'b?': new AppError(code, 'x') })).rejects.toMatchObject({ code });
    },
  );
});

describe('failures', () => {
  it('of one upstream stay as they are', async () => {
    await expect(collect(['a', 'b'], { b: unreachable })).rejects.toBe(unreachable);
  });

  it('of several are told together, with the code they share', async () => {
    const other = new AppError('FETCH_FAILED', 'two\nlines');
    await expect(collect(['a', 'b', 'c'], { a: unreachable, c: other })).rejects.toMatchObject({
      code: 'FETCH_FAILED',
      message: '2 upstreams cannot be used:\n  a: no answer\n  c: two\n  lines',
      hint: 'look at the cable',
    });
  });

  it('of different kinds are UPSTREAM_UNAVAILABLE, and always have a hint', async () => {
    const failed = collect(['a', 'b'], { a: new AppError('INDEX_EXPIRED', 'old'), b: unreachable });
    await expect(failed).rejects.toMatchObject({
      code: 'UPSTREAM_UNAVAILABLE',
      hint: 'check the network, the proxy and the clock of this machine',
    });
  });

  it('a bug among them is told as it is', async () => {
    const bug = new TypeError('x is undefined');
    await expect(collect(['a', 'b'], { a: unreachable, b: bug })).rejects.toBe(bug);
  });
});
