import { expect, it } from 'vitest';
import { apt } from '../../../src/install/packages/apt.ts';
import { dnf } from '../../../src/install/packages/dnf.ts';
import { isOwnSource } from '../../../src/install/packages/is-own-source.ts';

it.each([apt, dnf])('what $name writes is ours, whatever the repository is called', (system) => {
  for (const name of ['pigsty', 'mypkg']) {
    const { path } = system.hostSource(name, { directory: '/x', keyFile: null });
    expect([isOwnSource(path, name), isOwnSource(path, `${name}2`)]).toEqual([true, false]);
  }
});

it.each(['/etc/apt/sources.list', '/etc/apt/sources.list.d/pigsty.sources', '/tmp/pigsty-local.sources'])('%s is not', (path) => {
  expect(isOwnSource(path, 'pigsty')).toBe(false);
});
