/** Runs every case of test/scenarios: a toy world, requests, and the closure or the sentences that must come out. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { explainUnknown } from '../../src/solve/explain.ts';
import { solve } from '../../src/solve/solve.ts';
import { whyChain } from '../../src/solve/why-chain.ts';
import { type ToyPackage, ToyWorld } from '../lab/upstreams/toy-world.ts';

interface Scenario {
  readonly name: string;
  readonly packages: Record<string, ToyPackage | null>;
  readonly request: string[];
  readonly baseline?: string[];
  readonly closure?: string[];
  /** Texts of weak dependencies that were not granted. */
  readonly declined?: string[];
  /** By package: the chain from the request to it. */
  readonly why?: Record<string, string[]>;
  /** One list of sentences for each contradiction. */
  readonly conflicts?: string[][];
  readonly unknown?: string[];
}

const folder = join(import.meta.dirname, '../scenarios');

describe.each(readdirSync(folder).filter((name) => name.endsWith('.yaml')))('%s', (file) => {
  const scenarios = parse(readFileSync(join(folder, file), 'utf8')) as Scenario[];

  it.each(scenarios.map((scenario) => [scenario.name, scenario] as const))('%s', (_name, scenario) => {
    const world = new ToyWorld(scenario.packages);
    const fixed = (scenario.baseline ?? []).map((key) => world.id(key));
    const result = solve({ provider: world, requests: scenario.request.map((text) => world.request(text)), fixed });
    if (result.kind === 'unsatisfiable') {
      expect(result.conflicts.map((conflict) => conflict.lines)).toEqual(scenario.conflicts ?? []);
      expect(result.unknown.flatMap(explainUnknown)).toEqual(scenario.unknown ?? []);
      expect(scenario.closure).toBeUndefined();
      return;
    }
    expect(result.selected.map((id) => world.key(id)).sort()).toEqual([...(scenario.closure ?? [])].sort());
    expect(result.declined.map((weak) => weak.reason.text)).toEqual(scenario.declined ?? []);
    for (const [key, chain] of Object.entries(scenario.why ?? {})) {
      expect(whyChain(result, world, world.id(key)).map((step) => `${world.key(step.id)}: ${step.text}`)).toEqual(chain);
    }
  });
});
