import { describe, expect, it } from 'vitest';
import type { DesiredState, Step } from '../../../src/install/contract/declaration.ts';
import { DEFAULT_SETTINGS, type EngineSettings } from '../../../src/install/contract/engine-settings.ts';
import { dnf } from '../../../src/install/packages/dnf.ts';
import { declareHost } from '../../../src/install/plan/declare-host.ts';
import { engineServices, repositoryView } from '../../../src/install/plan/repository-service.ts';
import type { InstallFacts } from '../../../src/install/state/earlier-runs.ts';
import { SOME_FACTS } from '../../lab/install/some-facts.ts';

describe('metadata of the repository', () => {
  const source = (settings: EngineSettings, repositoryKey: string | null): string =>
    dnf.hostSource('pigsty', repositoryView(settings, { repositoryKey })).content;

  it.each([
    ['the keys the person named', 'ARMORED', 'pigsty.asc', '/etc/pigsty/trusted.asc'],
    ['else the key of a signed repository', null, 'pigsty.asc', '/www/pigsty/pigsty.asc'],
  ])('is held against %s', (_what, key, repositoryKey, path) => {
    expect(source({ ...DEFAULT_SETTINGS, key }, repositoryKey)).toContain(`\nrepo_gpgcheck=1\ngpgkey=file://${path}\n`);
  });

  it('is taken as it is when nobody signed it', () => {
    expect(source(DEFAULT_SETTINGS, null)).toContain('\nrepo_gpgcheck=0\n');
  });
});

const desired = { bundle: { recommends: false, repositoryKey: null } } as DesiredState<never>;

function steps(facts: Partial<InstallFacts>, settings: Partial<EngineSettings> = {}): readonly Step[] {
  const services = engineServices({ ...DEFAULT_SETTINGS, ...settings });
  return declareHost(services, desired, { ...SOME_FACTS, ...facts }).steps.map((one) => one.step);
}

const paths = (list: readonly Step[], kind: Step['kind']): string[] =>
  list.flatMap((step) => ('path' in step && step.kind === kind ? [step.path] : []));

describe('the web root', () => {
  const link = (target: string, real: string) => ({ type: 'symlink', target, real }) as const;

  it.each([
    ['a directory', { type: 'directory', target: null, real: '/www' } as const],
    ['a link to a directory', link('/srv', '/srv')],
  ])('stays when it is %s', (_, www) => {
    expect(steps({ www }).filter(({ kind }) => kind === 'symlink')).toEqual([]);
  });

  it.each([
    ['nothing is there', SOME_FACTS.www],
    ['it is a link to nothing', link('/gone', '')],
  ])('leads to the data directory when %s', (_, www) => {
    expect(steps({ www })).toContainEqual({ kind: 'symlink', path: '/www', target: '/data/nginx', lasting: true });
  });

  it('is a directory when it is the data directory itself', () => {
    expect(paths(steps({}, { webData: '/www' }), 'directory')).toContain('/www');
  });
});

describe.each(['pigsty', 'mypkg'])('a repository called %s', (repoName) => {
  const own = `/etc/apt/sources.list.d/${repoName}-local.sources`;
  const other = { path: '/etc/apt/sources.list', content: 'deb http://archive.example.test/ x main\n' };

  it('has a package source of that name', () => {
    expect(paths(steps({}, { repoName }), 'file')).toContain(own);
  });

  it('keeps its own source on a second run, and only the others go', () => {
    const sources = [other, { path: own, content: 'Types: deb\n' }];
    const second = steps({ sources }, { repoName });
    expect(paths(second, 'absent')).toEqual([other.path]);
    expect(paths(second, 'file')).toContain(own);
  });

  it('leaves the others alone when it is told to', () => {
    expect(paths(steps({ sources: [other] }, { repoName, repoRemove: false }), 'absent')).toEqual([]);
  });
});
