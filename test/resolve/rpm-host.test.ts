import { describe, expect, it } from 'vitest';
import { readRpmHost } from '../../src/resolve/rpm-host.ts';
import type { ModuleStream } from '../../src/rpm/modules/module-document.ts';
import { toyRpm } from '../lab/upstreams/toy-rpms.ts';

const STREAMS = [{ name: 'php', stream: '8', artifacts: ['php-0:8-1.el9.noarch'] }] as unknown as readonly ModuleStream[];
const LOCKS = { path: '/etc/dnf/plugins/versionlock.list', content: 'lib-0:1-1.*\n' };
const read = (text: string) =>
  readRpmHost({ kind: 'file', name: 'file:x', path: '/captured', bytes: Buffer.from(text) }, () => 'noarch', STREAMS);
const facts = (...packageRules: readonly { readonly path: string; readonly content: string }[]) =>
  JSON.stringify({ facts: { packages: { php: ['8-1.el9'] }, packageRules } });
const whyNot = (text: string) => read(text).rules.whyHidden(toyRpm('lib 2-1'));

describe('an EL host', () => {
  it('of a plain list follows the streams its packages are of, and has no rules', () => {
    const { entries, streams, notes, rules } = read('php 8-1.el9 noarch\nnonsense\nlib 1-1.el9 x86_64\n');
    expect(entries.map(({ name }) => name)).toEqual(['php', 'lib']);
    expect(streams.enabled).toEqual(new Map([['php', '8']]));
    expect(notes).toEqual(['the host of /captured: lines that name no package are left out: line 2: nonsense']);
    expect(rules.whyHidden(toyRpm('lib 2-1'))).toBeNull();
  });

  it('of facts follows what it has enabled, and nothing else', () => {
    const module = { path: '/etc/dnf/modules.d/php.module', content: '[php]\nstate=enabled\nstream=7\n' };
    expect(read(facts(module)).streams.enabled).toEqual(new Map([['php', '7']]));
    expect(read(facts()).streams.enabled).toEqual(new Map());
    expect(read(JSON.stringify({ facts: { packages: { php: ['8-1.el9'] } } })).streams.enabled).toEqual(new Map([['php', '8']]));
  });

  it('excludes and locks as its dnf does', () => {
    const conf = (content: string) => ({ path: '/etc/dnf/plugins/versionlock.conf', content });
    expect(whyNot(facts({ path: '/etc/dnf/dnf.conf', content: '[main]\nexclude=lib\n' }))).toContain('excludepkgs');
    expect(whyNot(facts(conf('[main]\nenabled = 1\n'), LOCKS))).toContain('versionlock');
    expect(whyNot(facts(conf('[main]\nenabled = 0\n'), LOCKS))).toBeNull();
    expect(whyNot(facts(LOCKS))).toBeNull();
    expect(whyNot(facts(conf('enabled=1\nlocklist = /srv/locks\n'), { ...LOCKS, path: '/srv/locks' }))).toContain('versionlock');
  });
});
