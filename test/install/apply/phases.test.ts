import { describe, expect, it } from 'vitest';
import { PHASES } from '../../../src/install/apply/phases.ts';
import { SERVICE_PHASES } from '../../../src/install/contract/declaration.ts';

describe('the list of phases', () => {
  it('carries out the steps of every service phase, in their order', () => {
    expect(PHASES.map(({ name }) => name).filter((name) => SERVICE_PHASES.some((phase) => phase === name))).toEqual(SERVICE_PHASES);
  });

  it('looks before it changes anything, and asks the services at the end', () => {
    const changing = PHASES.map(({ runs }, i) => (runs === 'changing' ? i : -1)).filter((i) => i >= 0);
    expect(PHASES.slice(0, changing[0]).map(({ name }) => name)).toEqual(['preflight', 'ready']);
    expect(PHASES.map(({ name }) => name).slice(-2)).toEqual(['verify', 'end']);
  });

  it('names every phase once, and what has no title ends nothing that was shown', () => {
    const names = PHASES.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(PHASES.filter(({ title }) => title === null).map(({ name }) => name)).toEqual(['ready', 'begin', 'reapply', 'end']);
  });
});
