import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/base/errors.ts';
import { followStreams } from '../../src/resolve/follow-streams.ts';
import type { ModuleStream } from '../../src/rpm/modules/module-document.ts';
import type { StreamChoice } from '../../src/rpm/modules/module-search.ts';
import type { ModuleState } from '../../src/rpm/modules/module-state.ts';

const streams = ['php:7', 'php:8', 'perl:5'].map((id) => ({
  name: id.split(':')[0],
  stream: id.split(':')[1],
})) as unknown as ModuleStream[];

/** What is activated, as text, and the notes. */
function follow(enabled: Record<string, string>, asked: Record<string, string> = {}, disabled: readonly string[] = [], isBad = false) {
  const activate = (chosen: StreamChoice, off: ReadonlySet<string>) => {
    if (isBad && chosen.size > Object.keys(asked).length) throw new AppError('SOLVE_UNSATISFIABLE', 'they cannot');
    return [...[...chosen].map((one) => one.join(':')), ...[...off].map((one) => `!${one}`)] as unknown as ModuleState;
  };
  const host = { enabled: new Map(Object.entries(enabled)), disabled: new Set(disabled) };
  return followStreams(host, new Map(Object.entries(asked)), streams, activate);
}

describe('the streams beside a host', () => {
  it('are the ones it follows and the ones that were asked for', () => {
    expect(follow({ php: '8' }, { perl: '5' }, ['perl', 'ruby'])).toEqual({ modules: ['php:8', 'perl:5', '!ruby'], notes: [] });
  });

  it('are the ones that were asked for before its own, which is told', () => {
    const { modules, notes } = follow({ php: '7' }, { php: '8' });
    expect(modules).toEqual(['php:8']);
    expect(notes).toEqual([expect.stringContaining('dnf module reset php')]);
  });

  it('leave out what no upstream has, which is told', () => {
    const { modules, notes } = follow({ php: '9' });
    expect(modules).toEqual([]);
    expect(notes).toEqual(['follows module stream php:9, which no upstream has']);
  });

  it('leave out all of the host when these cannot be together, which is told', () => {
    const { modules, notes } = follow({ php: '8' }, { perl: '5' }, [], true);
    expect(modules).toEqual(['perl:5']);
    expect(notes).toEqual([expect.stringContaining('they cannot')]);
  });
});
