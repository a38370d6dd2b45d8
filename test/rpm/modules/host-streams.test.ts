import { describe, expect, it } from 'vitest';
import { parseModuleStates, streamsOfInstalled } from '../../../src/rpm/modules/host-streams.ts';
import type { ModuleStream } from '../../../src/rpm/modules/module-document.ts';

const stream = (id: string, ...artifacts: readonly string[]) =>
  ({ name: id.split(':')[0], stream: id.split(':')[1], artifacts }) as unknown as ModuleStream;
const listed = (name: string, version: string, epoch: string | null = null) => ({ name, version, epoch, release: '1.el9', arch: 'noarch' });

describe('modules.d', () => {
  it('says what is enabled and what is disabled', () => {
    const php = '[php]\nname=php\nprofiles=common\nstate=enabled\nstream=8.0\n';
    const rest = '[perl]\nstate = disabled\nstream=\n[ruby]\nstate=\nstream=\n[odd]\nstate=enabled\nstream=\nnonsense';
    expect(parseModuleStates([php, rest])).toEqual({ enabled: new Map([['php', '8.0']]), disabled: new Set(['perl']) });
    expect(parseModuleStates([])).toEqual({ enabled: new Map(), disabled: new Set() });
  });
});

describe('the stream of what is installed', () => {
  const STREAMS = [
    stream('php:7', 'php-0:7-1.el9.noarch', 'shared-0:1-1.el9.noarch'),
    stream('php:8', 'php-0:8-1.el9.noarch', 'php-x-1:8-1.el9.noarch', 'shared-0:1-1.el9.noarch'),
    stream('perl:5', 'perl-4:5-1.el9.noarch'),
  ];
  const found = (...installed: readonly ReturnType<typeof listed>[]) => Object.fromEntries(streamsOfInstalled(installed, STREAMS));

  it('is the one that has the package, with or without its epoch told', () => {
    expect(found(listed('php', '8'), listed('perl', '5', '4'))).toEqual({ perl: '5', php: '8' });
    expect(found(listed('perl', '5', '0'))).toEqual({});
  });

  it('is not told by a package of several streams, nor by packages that contradict each other', () => {
    expect(found(listed('shared', '1'))).toEqual({});
    expect(found(listed('php', '7'), listed('php-x', '8', '1'))).toEqual({});
    expect(found(listed('shared', '1'), listed('php', '7'))).toEqual({ php: '7' });
  });
});
