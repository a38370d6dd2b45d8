import { describe, expect, it } from 'vitest';
import { isAppError } from '../../../src/base/errors.ts';
import { assetsOf } from '../../../src/components/kit/assets-of.ts';
import type { Desired } from '../../../src/install/contract/desired.ts';
import { desiredOf } from '../component-lab.ts';

function desiredWith(...paths: readonly string[]): Desired {
  return { ...desiredOf(), assets: new Map(paths.map((path) => [path, new TextEncoder().encode(path)])) };
}

describe('assetsOf', () => {
  it('gives the files of one kind, sorted', () => {
    const desired = desiredWith('rules/b.yml', 'dashboards/node/x.json', 'rules/a.yml', 'portal/404.html');
    expect(assetsOf(desired, 'rules').map(([path]) => path)).toEqual(['rules/a.yml', 'rules/b.yml']);
    expect(assetsOf(desired, 'dashboard')).toEqual([['dashboards/node/x.json', new TextEncoder().encode('dashboards/node/x.json')]]);
    expect(assetsOf(desired, 'page').map(([path]) => path)).toEqual(['portal/404.html']);
  });

  it('refuses a bundle with a file nobody would put on a host, whatever kind is asked for', () => {
    let thrown: unknown;
    try {
      assetsOf(desiredWith('rules/a.yml', 'extra/new.txt'), 'rules');
    } catch (error) {
      thrown = error;
    }
    if (!isAppError(thrown, 'BUNDLE_INVALID')) throw new Error('not refused');
    expect(thrown.message).toContain('extra/new.txt');
    expect(thrown.hint).toContain('pigsty-install');
  });
});
