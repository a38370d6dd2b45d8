import { describe, expect, it } from 'vitest';
import { parseHostStatus } from '../../../src/deb/candidates/host-status.ts';

const stanza = (name: string, status: string, more = '') => `Package: ${name}\nStatus: ${status}\nVersion: 1\nArchitecture: amd64\n${more}`;
const parse = (...stanzas: readonly string[]) => parseHostStatus(Buffer.from(stanzas.join('\n')), '/status');
const names = ({ index }: ReturnType<typeof parse>) => Array.from({ length: index.count }, (_, at) => index.record(at).name);

describe('a dpkg status file', () => {
  it('has what apt counts as installed: everything that is not gone', () => {
    const states = ['installed', 'unpacked', 'half-configured', 'triggers-awaited', 'triggers-pending', 'config-files', 'not-installed'];
    const found = parse(...states.map((state) => stanza(state, `install ok ${state}`)));
    expect(names(found)).toEqual(states.slice(0, 5));
    expect(found.notes).toEqual([]);
  });

  it('has what is on hold, in whatever state', () => {
    const found = parse(stanza('a', 'hold ok installed'), stanza('b', 'hold ok unpacked'), stanza('c', 'install ok installed'));
    expect([...found.held]).toEqual(['a amd64', 'b amd64']);
  });

  it('has half-installed packages as absent, and those apt wants an archive of', () => {
    const found = parse(
      stanza('a', 'install ok installed'),
      stanza('b', 'install ok half-installed'),
      stanza('c', 'install reinstreq half-installed'),
    );
    expect(names(found)).toEqual(['a']);
    expect(found.halfInstalled).toEqual([{ name: 'c', version: '1' }]);
    expect(found.notes).toEqual([
      'the host of /status: b is half-installed, and counts as absent; c is half-installed, and counts as absent',
    ]);
  });

  it('loses a stanza nobody can read, and keeps the rest', () => {
    const found = parse('Package: x\nnonsense\n', stanza('a', 'install ok installed'), 'Package: y\nStatus: install ok installed\n');
    expect(names(found)).toEqual(['a']);
    expect(found.notes[0]).toMatch(/package x: field version is missing.*; this package is left out; package y: field version is missing/);
  });

  it('does not mind what is wrong with a package that is gone', () => {
    expect(parse(stanza('a', 'install ok installed'), 'Package: y\nStatus: deinstall ok config-files\nVersion: !\n').notes).toEqual([]);
  });

  it('loses a relation nobody can read, with its continuation lines', () => {
    const found = parse(stanza('a', 'install ok installed', 'Depends: b (( ,\n c\nBreaks: d\n'));
    expect([...found.index.record(0).fields.keys()]).toEqual(['package', 'status', 'version', 'architecture', 'breaks']);
    expect(found.notes[0]).toContain('a: nobody can read its depends');
  });

  it('names a few faults of many', () => {
    const bad = ['b', 'c', 'd', 'e', 'f', 'g'].map((name) => stanza(name, 'install ok half-installed'));
    expect(parse(stanza('a', 'install ok installed'), ...bad).notes[0]).toMatch(/; and 1 more$/);
  });

  it('in which nothing is installed is refused; one without any stanza is an empty host', () => {
    expect(() => parse('Package: a\nVersion: 1\nArchitecture: amd64\n')).toThrow(expect.objectContaining({ code: 'INDEX_INVALID' }));
    expect(names(parse(''))).toEqual([]);
  });
});
