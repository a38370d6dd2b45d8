import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/base/errors.ts';
import type { Event } from '../../src/base/events.ts';
import { readContents } from '../../src/build/read-contents.ts';
import type { LockedPackage } from '../../src/lock/lock.ts';
import { LOCK, locked } from '../lock/toy-lock.ts';

/** Reads packages of these names; one that is named in `faults` fails with that. */
function read(
  names: readonly string[],
  faults: Readonly<Record<string, unknown>> = {},
  more: Partial<Parameters<typeof readContents<string>>[1]> = {},
) {
  const events: Event[] = [];
  const abort = new AbortController();
  const context = { report: (event: Event) => void events.push(event), signal: abort.signal, nowSec: 0, nowMs: () => 0 };
  const readOne = async ({ name }: LockedPackage) => {
    if (name in faults) throw faults[name];
    return name.toUpperCase();
  };
  const lock = { ...LOCK, packages: names.map((name) => locked(name, '1')) };
  const contents = readContents(lock, { title: 'Reading', read: readOne, detail: (all) => all.toSorted().join(' '), ...more }, context);
  return { contents, events, abort };
}

it('gives what was read by digest, as a phase with a count', async () => {
  const { contents, events } = read(['a', 'b']);
  expect(await contents).toEqual(new Map([['a', 'b'].map((name) => [locked(name, '1').sha256, name.toUpperCase()] as const)].flat()));
  expect(events).toEqual([
    { type: 'phase.start', phase: 'contents', title: 'Reading', totalItems: 2 },
    { type: 'phase.progress', phase: 'contents', doneItems: 1, totalItems: 2 },
    { type: 'phase.progress', phase: 'contents', doneItems: 2, totalItems: 2 },
    { type: 'phase.end', phase: 'contents', durationMs: 0, detail: 'A B' },
  ]);
});

it('opens no more than eight at a time', async () => {
  let open = 0;
  let most = 0;
  const slow = async () => {
    open += 1;
    most = Math.max(most, open);
    await new Promise((resolve) => setImmediate(resolve));
    open -= 1;
    return '';
  };
  await read(
    Array.from({ length: 20 }, (_, at) => `p${at}`),
    {},
    { read: slow },
  ).contents;
  expect(most).toBe(8);
});

describe('faults', () => {
  it('of one package stay what they are', async () => {
    const fault = new AppError('SIGNATURE_INVALID', 'a is not signed', { hint: 'look at the key' });
    await expect(read(['a', 'b'], { a: fault }).contents).rejects.toBe(fault);
  });

  it('of one package without a hint get one', async () => {
    const { contents } = read(['a'], { a: new AppError('PACKAGE_INVALID', 'a is broken') });
    await expect(contents).rejects.toMatchObject({
      code: 'PACKAGE_INVALID',
      message: 'a is broken',
      hint: expect.stringContaining('exclude it'),
      details: { packages: ['a is broken'] },
    });
  });

  it('of several packages are in one error, sorted, and the rest is read all the same', async () => {
    const { contents, events } = read(['b', 'c', 'a'], {
      a: new AppError('PACKAGE_INVALID', 'a is broken'),
      b: new AppError('PACKAGE_INVALID', 'b is broken'),
    });
    await expect(contents).rejects.toMatchObject({
      code: 'PACKAGE_INVALID',
      message: '2 packages cannot be used:\n  a is broken\n  b is broken',
      details: { packages: ['a is broken', 'b is broken'] },
    });
    expect(events).toContainEqual(expect.objectContaining({ type: 'phase.end', detail: 'C' }));
  });

  it.each([
    ['SIGNATURE_MISSING', 'SIGNATURE_MISSING', 'SIGNATURE_MISSING'],
    ['SIGNATURE_MISSING', 'SIGNATURE_INVALID', 'PACKAGE_INVALID'],
  ] as const)('%s and %s together are %s', async (one, other, code) => {
    const { contents } = read(['a', 'b'], { a: new AppError(one, 'x'), b: new AppError(other, 'y') });
    await expect(contents).rejects.toMatchObject({ code });
  });

  it('that are bugs are not gathered', async () => {
    const bug = new TypeError('x is undefined');
    await expect(read(['a', 'b'], { a: bug, b: new AppError('PACKAGE_INVALID', 'x') }).contents).rejects.toBe(bug);
  });
});

it('ends when it is told to', async () => {
  let read2 = 0;
  const { contents, abort } = read(
    Array.from({ length: 20 }, (_, at) => `p${at}`),
    {},
    {
      read: async () => {
        read2 += 1;
        abort.abort(new Error('told to'));
        return '';
      },
    },
  );
  await expect(contents).rejects.toThrow('told to');
  expect(read2).toBeLessThan(20);
});
