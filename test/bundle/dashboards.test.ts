/** Dashboards that travel in every bundle: required members, unique ids, links, data sources and recorded series that exist. */
import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { assetKindOf, HOME_DASHBOARD } from '../../src/base/asset-layout.ts';
import { labAssets } from '../support/desired-lab.ts';

const target = z.object({ refId: z.string().regex(/^[A-Z]$/), expr: z.string().min(1) });
const panel = z.object({
  id: z.int().positive(),
  type: z.enum(['row', 'stat', 'timeseries', 'table', 'text']),
  title: z.string(),
  gridPos: z.object({ x: z.int().min(0).max(23), y: z.int().min(0), w: z.int().min(1).max(24), h: z.int().min(1) }),
  datasource: z.object({ type: z.literal('prometheus'), uid: z.literal('$' + '{ds}') }).optional(),
  targets: z.array(target).optional(),
});
const dashboard = z.object({
  uid: z.string().regex(/^[a-z0-9-]{1,40}$/),
  title: z.string().min(1),
  schemaVersion: z.int().min(39),
  tags: z.array(z.string()),
  links: z.array(z.object({ type: z.literal('dashboards'), tags: z.array(z.string()).min(1) })).min(1),
  templating: z.object({ list: z.array(z.object({ name: z.string(), type: z.enum(['datasource', 'query']) })) }),
  panels: z.array(panel).min(3),
});

const assets = labAssets();
const boards = [...assets]
  .filter(([path]) => assetKindOf(path) === 'dashboard')
  .map(([path, bytes]): [string, z.infer<typeof dashboard>] => [path, dashboard.parse(JSON.parse(new TextDecoder().decode(bytes)))]);

const records = new Set(
  [...assets]
    .filter(([path]) => assetKindOf(path) === 'rules')
    .flatMap(([, bytes]) => (parse(new TextDecoder().decode(bytes)) as { groups: { rules: { record?: string }[] }[] }).groups)
    .flatMap((group) => group.rules.flatMap((rule) => rule.record ?? [])),
);

describe('dashboards', () => {
  it('are there, the one Grafana opens with among them', () => {
    expect(boards.map(([path]) => path)).toContain(HOME_DASHBOARD);
    expect(boards.length).toBeGreaterThan(1);
    expect(records.size).toBeGreaterThan(0);
  });

  it('have ids of their own: the name of the file, which links are written with', () => {
    expect(new Set(boards.map(([, board]) => board.uid)).size).toBe(boards.length);
    for (const [path, board] of boards.filter(([one]) => one !== HOME_DASHBOARD)) expect(board.uid).toBe(basename(path, '.json'));
  });

  it('are what the portal and each other link to', () => {
    const uids = boards.map(([, board]) => board.uid);
    const linked = [...assets].flatMap(([path, bytes]) =>
      [...new TextDecoder().decode(bytes).matchAll(/\/ui\/d\/([a-z0-9-]+)/g)].map((match) => `${match[1]} in ${path}`),
    );
    expect(linked.length).toBeGreaterThan(1);
    expect(linked.filter((one) => !uids.includes(one.split(' ')[0] ?? ''))).toEqual([]);
  });

  it.each(boards)('%s is in the menu every dashboard has', (_, board) => {
    const menus = boards.map(([, one]) => one.links.flatMap((link) => link.tags));
    expect(menus.every((tags) => tags.some((tag) => board.tags.includes(tag)))).toBe(true);
  });

  it.each(boards)('%s has panels with their own ids, side by side without overlap', (_, board) => {
    expect(new Set(board.panels.map((one) => one.id)).size).toBe(board.panels.length);
    const taken = new Set<string>();
    for (const { gridPos: g, title } of board.panels) {
      expect(g.x + g.w, title).toBeLessThanOrEqual(24);
      for (let x = g.x; x < g.x + g.w; x++) {
        for (let y = g.y; y < g.y + g.h; y++) {
          expect(taken.has(`${x},${y}`), `${title} overlaps`).toBe(false);
          taken.add(`${x},${y}`);
        }
      }
    }
  });

  it.each(boards)('%s uses only variables it has and recorded series that are recorded', (_, board) => {
    const names = [...board.templating.list.map((one) => one.name), '__value'];
    const expressions = board.panels.flatMap((one) => one.targets ?? []).map((one) => one.expr);
    const used = (pattern: RegExp): string[] => expressions.flatMap((expr) => [...expr.matchAll(pattern)].map((match) => match[1] ?? ''));
    const series = used(/(node:[a-z]+:[a-z0-9_]+|\b(?:node|infra|agent|ping)_up\b)/g);
    expect(series.length).toBeGreaterThan(0);
    expect(series.filter((name) => !records.has(name))).toEqual([]);
    expect(used(/\$\{?([a-z_]+)/g).filter((name) => !names.includes(name))).toEqual([]);
  });
});
