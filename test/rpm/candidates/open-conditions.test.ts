import { expect, it } from 'vitest';
import { findOpenConditions } from '../../../src/rpm/candidates/open-conditions.ts';
import { createRpmProvider } from '../../../src/rpm/candidates/provider.ts';
import { RpmCandidatePool } from '../../../src/rpm/candidates/rpm-candidate-pool.ts';
import { toyRpm } from '../../lab/upstreams/toy-rpms.ts';

/** Of a bundle of `app` with this dependency, and `here`. */
function openOf(dependency: string): readonly string[] {
  const packages = [toyRpm('app', { requires: [dependency] }), toyRpm('here')];
  const provider = createRpmProvider(new RpmCandidatePool({ arch: 'x86_64', upstreams: [{ name: 'bundle', packages }] }), 'all');
  return findOpenConditions(provider).map(({ name, text }) => `${name} ${text}`);
}

it.each([
  ['(gone if host)', true],
  ['(gone if here)', true],
  ['(here if host)', false],
  ['(here if host else here)', false],
  ['(here if host else (gone if other))', true],
  ['(gone unless host)', true],
  ['(here unless host else here)', false],
  ['(here unless host else gone)', true],
  ['(here and (gone if host))', true],
  ['(here or (gone if host))', false],
  ['((gone or here) if host)', false],
  ['((gone and here) if host)', true],
  ['((here with app) if host)', true],
  ['(here or gone)', false],
  ['(here if', false],
  ['gone', false],
])('%s', (dependency, isOpen) => {
  expect(openOf(dependency)).toEqual(isOpen ? [`app ${dependency}`] : []);
});
