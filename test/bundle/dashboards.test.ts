/** Dashboards that travel in every bundle: Grafana's required members, unique ids, data sources that exist, expressions over series that exist. */
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
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
  templating: z.object({ list: z.array(z.object({ name: z.string(), type: z.enum(['datasource', 'query']) })) }),
  panels: z.array(panel).min(3),
});

const assets = labAssets();
const boards = [...assets]
  .filter(([path]) => path.startsWith('dashboards/'))
  .map(([path, bytes]): [string, z.infer<typeof dashboard>] => [path, dashboard.parse(JSON.parse(new TextDecoder().decode(bytes)))]);

const records = new Set(
  [...assets]
    .filter(([path]) => path.startsWith('rules/'))
    .flatMap(([, bytes]) => (parse(new TextDecoder().decode(bytes)) as { groups: { rules: { record?: string }[] }[] }).groups)
    .flatMap((group) => group.rules.flatMap((rule) => rule.record ?? [])),
);

describe('dashboards', () => {
  it('are the ones the portal and each other link to', () => {
    expect(boards.map(([, board]) => board.uid).sort()).toEqual(['infra-overview', 'node-instance', 'node-overview', 'pigsty']);
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
    const names = new Set([...board.templating.list.map((one) => one.name), '__value']);
    for (const expr of board.panels.flatMap((one) => one.targets ?? []).map((one) => one.expr)) {
      for (const match of expr.matchAll(/\$\{?([a-z_]+)/g)) expect(names).toContain(match[1]);
      for (const match of expr.matchAll(/node:[a-z]+:[a-z0-9_]+|\b(?:node|infra|agent|ping)_up\b/g)) expect(records).toContain(match[0]);
    }
  });
});
