import { expect, it } from 'vitest';
import { type BundleFault, bundleFaultsError } from '../../../src/pack/format/bundle-fault.ts';

const fault = (code: BundleFault['code'], path: string | null = 'pigsty/a'): BundleFault => ({ code, path, what: 'is wrong' });

it('is one line for one fault', () => {
  expect(bundleFaultsError('x.tgz', [fault('BUNDLE_TRUNCATED', null)])).toMatchObject({
    code: 'BUNDLE_TRUNCATED',
    message: 'x.tgz: is wrong',
  });
  expect(bundleFaultsError('x.tgz', [fault('BUNDLE_INVALID')]).message).toBe('x.tgz: "pigsty/a": is wrong');
});

it('takes the code of an unsafe entry wherever it stands, else that of the first', () => {
  const faults = [fault('BUNDLE_DIGEST_MISMATCH'), fault('BUNDLE_TRUNCATED')];
  expect(bundleFaultsError('x', faults).code).toBe('BUNDLE_DIGEST_MISMATCH');
  expect(bundleFaultsError('x', [...faults, fault('BUNDLE_UNSAFE_ENTRY')])).toMatchObject({
    code: 'BUNDLE_UNSAFE_ENTRY',
    hint: expect.stringContaining('do not use this file'),
  });
});

it('shows twenty, and has all of them as data', () => {
  const faults = Array.from({ length: 25 }, (_, n) => fault('BUNDLE_INVALID', `pigsty/${n}`));
  const error = bundleFaultsError('x.tgz', faults);
  expect(error.message.split('\n')).toHaveLength(22);
  expect(error.message).toMatch(/^x\.tgz: 25 faults\n[\s\S]*\n {2}and 5 more$/);
  expect(error.details?.faults).toEqual(faults);
});

it('escapes what a path may hold', () => {
  expect(bundleFaultsError('x', [fault('BUNDLE_UNSAFE_ENTRY', 'a\u001b[2J')]).message).toBe('x: "a\\u001b[2J": is wrong');
});
