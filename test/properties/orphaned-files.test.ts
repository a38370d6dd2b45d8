/**
 * Law: whatever configurations follow each other on a host, and wherever their runs are killed, after an undisturbed run the host is as it
 * was before the first, plus what the last configuration declares. The engine's own operations are carried out on a host in memory.
 */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Operation } from '../../src/host/batch.ts';
import { openRun, startOperations } from '../../src/install/apply/open-run.ts';
import { phaseOperations } from '../../src/install/apply/phase-operations.ts';
import type { BundleView, Declaration, DesiredState, Service, Step } from '../../src/install/contract/declaration.ts';
import { type HostState, MISSING_PATH, type PathState } from '../../src/install/contract/host-state.ts';
import { apt } from '../../src/install/packages/apt.ts';
import { addSteps, declareHost } from '../../src/install/plan/declare-host.ts';
import { orphanSteps, ownFiles, removedFiles } from '../../src/install/plan/orphaned-files.ts';
import { isConverged, planHost } from '../../src/install/plan/plan-host.ts';
import { readJournal, runPaths } from '../../src/install/state/journal.ts';
import { formatEntry } from '../../src/install/state/journal-lines.ts';
import { SOME_FACTS } from '../lab/install/some-facts.ts';

const PATHS = ['/etc/a', '/etc/b', '/etc/c', '/etc/d'] as const;
const STATE = '/var/lib/pigsty-install/';
type Files = Map<string, string>;

const content = fc.constantFrom('admin', 'one', 'two');
const files = fc.dictionary(fc.constantFrom(...PATHS), content, { maxKeys: PATHS.length });
/** A configuration, and after how many operations its run is killed; null: it comes to its end. */
const run = fc.record({ wanted: files, killedAfter: fc.option(fc.nat(24)) });

it('leaves exactly what was there before and what is declared now', () => {
  fc.assert(
    fc.property(files, fc.array(run, { maxLength: 6 }), files, (before, runs, last) => {
      const host: Files = new Map(Object.entries(before));
      for (const [i, { wanted, killedAfter }] of runs.entries()) install(host, wanted, i, killedAfter);
      install(host, last, runs.length, null);
      expect(visible(host)).toEqual({ ...before, ...last });
      expect(isConverged(planHost(declarationOf(host, last), SOME_FACTS, stateOf(host), 'id'))).toBe(true);
    }),
    { numRuns: 300 },
  );
});

/** One run, cut off after some operations. */
function install(host: Files, wanted: Record<string, string>, day: number, killedAfter: number | null): void {
  const declaration = declarationOf(host, wanted);
  const plan = planHost(declaration, SOME_FACTS, stateOf(host), 'id');
  const newest = journals(host).at(-1);
  const record = newest === undefined ? null : readJournal(newest[1], newest[0].split('/').at(-2) ?? '');
  const open = openRun(record, 'aa'.repeat(32), Date.UTC(2026, 0, 1 + day));
  const work = phaseOperations(plan, 'infra', {
    run: open.run,
    nextSeq: open.nextSeq,
    facts: SOME_FACTS,
    state: stateOf(host),
    system: apt,
    systemDirectory: '/x',
    isResumed: open.isResumed,
    part: 'whole',
  });
  const operations = [
    ...startOperations(open, { id: 'aa'.repeat(32), version: 'v' } as BundleView, {}, 0),
    ...work.operations.map((one) => one.operation),
    { op: 'append', path: runPaths(open.run).journal, data: formatEntry({ type: 'end', gone: removedFiles(declaration) }) } as const,
  ];
  for (const operation of operations.slice(0, killedAfter ?? operations.length)) carryOut(host, operation);
}

function declarationOf(host: Files, wanted: Record<string, string>): Declaration {
  const steps = Object.entries(wanted).map(([path, text]): Step => ({ kind: 'file', path, content: text }));
  const service: Service<null> = { name: 's', phase: 'infra', plan: () => ({ steps }) };
  const declared = declareHost([service], {} as DesiredState<null>, SOME_FACTS);
  return addSteps(declared, orphanSteps(ownFiles(historyOf(host)), declared));
}

function stateOf(host: Files): HostState {
  const paths = new Map([...host].map(([path, text]) => [path, fileState(text)]));
  return { paths, units: new Map(), sysctls: new Map(), fixedSysctls: new Set(), checks: new Map(), provided: new Set() };
}

function fileState(text: string): PathState {
  const sha256 = createHash('sha256').update(text).digest('hex');
  return { ...MISSING_PATH, type: 'file', mode: 0o644, owner: 'root', group: 'root', sizeBytes: text.length, sha256 };
}

function journals(host: Files): [path: string, text: string][] {
  return [...host].filter(([path]) => path.endsWith('/journal.ndjson')).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** What the fact prints. */
function historyOf(host: Files): string {
  const copies = [...host.keys()].filter((path) => path.includes('/blobs/')).map((path) => `copy ${path}\n`);
  return [...journals(host).map(([, text]) => text), ...copies].join('');
}

function visible(host: Files): Record<string, string> {
  return Object.fromEntries([...host].filter(([path]) => !path.startsWith(STATE)));
}

/** The operations a plan of files is made of. */
function carryOut(host: Files, operation: Operation): void {
  const text = (path: string): string => {
    const found = host.get(path);
    if (found === undefined) throw new Error(`${operation.op}: nothing at ${path}`);
    return found;
  };
  switch (operation.op) {
    case 'append':
      host.set(operation.path, (host.get(operation.path) ?? '') + operation.data);
      break;
    case 'backup':
      host.set(operation.blob, host.get(operation.blob) ?? text(operation.path));
      break;
    case 'restore':
      host.set(operation.path, text(operation.blob));
      break;
    case 'write':
      host.set(operation.path, String(operation.data));
      break;
    case 'remove':
      host.delete(operation.path);
      break;
    case 'guard':
      expect(fileState(text(operation.path)).sha256).toBe(operation.sha256);
      break;
    default:
      throw new Error(`unexpected operation ${operation.op}`);
  }
}
