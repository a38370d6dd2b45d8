import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { assetKindOf } from '../../../src/base/asset-layout.ts';
import { isAppError } from '../../../src/base/errors.ts';
import { DASHBOARD_DIRECTORY, dashboardFiles, formatDashboardProviders } from '../../../src/components/grafana/dashboards.ts';
import { labAssets } from '../../support/desired-lab.ts';
import { desiredOf } from '../component-lab.ts';

describe('dashboardFiles', () => {
  it('are all dashboards of the bundle, with their folders', () => {
    const expected = [...labAssets().keys()].filter((path) => assetKindOf(path) === 'dashboard').map((path) => `/infra/${path}`);
    expect(expected.length).toBeGreaterThan(1);
    expect(dashboardFiles(desiredOf()).map(([path]) => path)).toEqual(expected.sort());
    for (const path of expected) expect(path.startsWith(`${DASHBOARD_DIRECTORY}/`)).toBe(true);
  });

  it('are refused when one has a name that would not be looked at', () => {
    let thrown: unknown;
    try {
      dashboardFiles(desiredOf({ change: (desired) => ({ ...desired, assets: new Map([['dashboards/Node.json', new Uint8Array()]]) }) }));
    } catch (error) {
      thrown = error;
    }
    expect(isAppError(thrown, 'BUNDLE_INVALID')).toBe(true);
  });
});

describe('formatDashboardProviders', () => {
  it('has ours and a place for the operator’s own', () => {
    const { providers } = parse(formatDashboardProviders()) as {
      providers: { options: { path: string; foldersFromFilesStructure: boolean } }[];
    };
    expect(providers.map((one) => one.options)).toEqual([
      { path: DASHBOARD_DIRECTORY, foldersFromFilesStructure: true },
      { path: '/etc/dashboards', foldersFromFilesStructure: true },
    ]);
  });
});
