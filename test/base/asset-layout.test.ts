import { describe, expect, it } from 'vitest';
import { assertAssetLayout, assetKindOf, HOME_DASHBOARD, HOME_PAGE, NOT_FOUND_PAGE } from '../../src/base/asset-layout.ts';
import { isAppError } from '../../src/base/errors.ts';

describe('assetKindOf', () => {
  it.each([
    [HOME_DASHBOARD, 'dashboard'],
    ['dashboards/node/node-instance.json', 'dashboard'],
    ['rules/pgsql-18.yml', 'rules'],
    [HOME_PAGE, 'page'],
    [NOT_FOUND_PAGE, 'page'],
    ['dashboards/Node.json', null],
    ['dashboards/node_exporter.json', null],
    ['dashboards/a/b/c.json', null],
    ['dashboards/node.yaml', null],
    ['dashboards/.node.json.swp', null],
    ['rules/node.yaml', null],
    ['rules/node/node.yml', null],
    ['portal/style.css', null],
    ['readme.md', null],
    ['x/dashboards/node.json', null],
    ['dashboards/../rules/x.json', null],
  ])('%s: %s', (path, kind) => {
    expect(assetKindOf(path)).toBe(kind);
  });
});

describe('assertAssetLayout', () => {
  it('accepts what has a place', () => {
    expect(() => assertAssetLayout(['rules/node.yml', HOME_PAGE], 'bundle')).not.toThrow();
  });

  it('names every file that has none, and what to do', () => {
    let thrown: unknown;
    try {
      assertAssetLayout(['rules/node.yml', 'rules/Node.yml', 'notes.txt'], '/src/bundle');
    } catch (error) {
      thrown = error;
    }
    if (!isAppError(thrown, 'BUNDLE_INVALID')) throw new Error('not refused');
    expect(thrown.message).toBe('/src/bundle holds files that have no use:\n  rules/Node.yml\n  notes.txt');
    expect(thrown.hint).toMatch(/^rename or remove them; expected are .*rules\/<name>\.yml/);
  });
});
