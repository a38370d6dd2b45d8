import { describe, expect, it } from 'vitest';
import type { ModuleStream } from '../../../src/rpm/modules/module-document.ts';
import { ModuleSearch } from '../../../src/rpm/modules/module-search.ts';

/** `name:stream`, and what it requires: one map, or several alternatives. */
function build(
  id: string,
  requires: Readonly<Record<string, string[]>> | Readonly<Record<string, string[]>>[] = {},
  more: Partial<ModuleStream> = {},
): ModuleStream {
  const [name = '', stream = ''] = id.split(':');
  const maps = [requires].flat().map((one) => new Map(Object.entries(one)));
  return { name, stream, version: '1', context: 'c', arch: 'x86_64', requires: maps, artifacts: [], ...more };
}

function searchIn(streams: ModuleStream[], ...defaults: string[]): ModuleSearch {
  return new ModuleSearch(streams, new Map(defaults.map((id) => id.split(':') as [string, string])), 'el9');
}

const choice = (...ids: string[]) => new Map(ids.map((id) => id.split(':') as [string, string]));
const shown = (found: ReadonlyMap<string, ModuleStream> | null) =>
  found === null ? null : [...found.values()].map(({ name, stream }) => `${name}:${stream}`).sort();

describe('activate', () => {
  it('takes what was chosen with all it requires, then the defaults that fit', () => {
    const search = searchIn(
      [build('app:1', { perl: ['5.32'] }), build('perl:5.26'), build('perl:5.32'), build('nginx:1.24'), build('php:8', { perl: ['5.26'] })],
      'perl:5.26',
      'nginx:1.24',
      'php:8',
    );
    expect(shown(search.activate(choice('app:1')))).toEqual(['app:1', 'nginx:1.24', 'perl:5.32']);
    expect(shown(search.activate(choice()))).toEqual(['nginx:1.24', 'perl:5.26', 'php:8']);
  });

  it('is null when what was chosen cannot be', () => {
    expect(searchIn([build('app:1', { platform: ['el8'] })]).activate(choice('app:1'))).toBeNull();
    expect(searchIn([build('app:1', { gone: [] })]).activate(choice('app:1'))).toBeNull();
  });
});

describe('findBuilds', () => {
  it('of several alternatives takes the first that can be', () => {
    const search = searchIn([build('app:1', [{ gone: [] }, { perl: ['-5.26'] }]), build('perl:5.26'), build('perl:5.32')]);
    expect(shown(search.findBuilds(choice('app:1')))).toEqual(['app:1', 'perl:5.32']);
  });

  it('prefers the default stream of a module nobody decided about, else the first by name', () => {
    const streams = [build('app:1', { db: [] }), build('db:2'), build('db:10')];
    expect(shown(searchIn(streams, 'db:2').findBuilds(choice('app:1')))).toEqual(['app:1', 'db:2']);
    expect(shown(searchIn(streams).findBuilds(choice('app:1')))).toEqual(['app:1', 'db:10']);
  });

  it('takes the newest build of a stream, whatever the order of the documents', () => {
    const builds = ['9', '10', '2'].map((version) => build('app:1', {}, { version }));
    for (const order of [builds, builds.toReversed()]) {
      expect(searchIn(order).findBuilds(choice('app:1'))?.get('app')?.version).toBe('10');
    }
  });
});

describe('lackOf', () => {
  const search = searchIn([build('app:1', { perl: ['5.26', '5.32'], gone: ['1'] }), build('perl:5.26'), build('perl:5.36')]);

  it('names the first thing that cannot be had', () => {
    expect(search.lackOf('app', '1', choice())).toBe('gone:1');
    expect(search.lackOf('app', '1', choice('perl:5.36'))).toBe('perl:5.26|5.32');
    expect(search.lackOf('perl', '5.36', choice())).toBeNull();
  });
});
