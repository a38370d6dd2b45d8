import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import {
  addCheckOption,
  addFetchOptions,
  addLockOptions,
  addRequestOptions,
  collectPaths,
  collectWords,
  type FetchOptions,
  type LockOptions,
  replaceDefault,
  requireDistro,
  type TargetsOptions,
} from '../../../src/cli/bundle/request-options.ts';

const quiet = (command: Command) => command.exitOverride().configureOutput({ writeErr: () => undefined });
const request = (argv: readonly string[], command = new Command()) =>
  quiet(addRequestOptions(command))
    .parse(['--distro', 'el9', ...argv], { from: 'user' })
    .opts<TargetsOptions>();

describe('words', () => {
  it.each<[string, readonly string[], readonly string[]]>([
    ['a,b', [], ['a', 'b']],
    [' a , ,b,', ['x'], ['x', 'a', 'b']],
    ['', ['x'], ['x']],
    ['nginx (>= 1.22)', [], ['nginx (>= 1.22)']],
  ])('"%s" after %j', (value, previous, words) => {
    expect(collectWords(value, previous)).toEqual(words);
  });

  it('of a path are not split', () => {
    expect(collectPaths('a,b.yaml', ['x'])).toEqual(['x', 'a,b.yaml']);
  });

  it('replace a default once, and add up from there', () => {
    const defaults = ['infra', 'node'];
    const collect = replaceDefault(defaults);
    const first = collect('pgsql', defaults);
    expect([first, collect('full', first)]).toEqual([['pgsql'], ['pgsql', 'full']]);
  });
});

describe('a request', () => {
  it('asks for infra and node of our flavor unless it says otherwise', () => {
    expect(request([])).toMatchObject({
      distro: ['el9'],
      flavor: 'pigsty',
      profile: ['infra', 'node'],
      package: [],
      module: [],
      region: 'default',
      manifest: [],
      baseline: ['none'],
    });
  });

  it.each<[readonly string[], Partial<TargetsOptions>]>([
    [['--profile', 'infra', '--profile', 'pgsql-17,node'], { profile: ['infra', 'pgsql-17', 'node'] }],
    [['--profile', ''], { profile: [] }],
    [['--baseline', 'minimal', '--baseline', '/host/status'], { baseline: ['minimal', '/host/status'] }],
    [['--package', './a.rpm', './b.rpm', '--package', 'htop'], { package: ['./a.rpm', './b.rpm', 'htop'] }],
    [['--manifest', 'a,b.yaml', '--manifest', 'c.yaml'], { manifest: ['a,b.yaml', 'c.yaml'] }],
    [['--module', 'nginx:1.24,redis:7'], { module: ['nginx:1.24', 'redis:7'] }],
  ])('%j', (argv, options) => {
    expect(request(argv)).toMatchObject(options);
  });

  it('of a command with an argument of its own does not swallow it', () => {
    const command = new Command().argument('<name>');
    expect(request(['--package', 'htop', 'nginx'], command).package).toEqual(['htop']);
    expect(command.args).toEqual(['nginx']);
  });

  it.each([
    [['--distro', 'el9', '--flavor', 'vanilla'], 'commander.invalidArgument'],
    [['--distro', 'el9', '--profiel', 'x'], 'commander.unknownOption'],
  ])('%j is refused', (argv, code) => {
    const parse = () => quiet(addRequestOptions(new Command())).parse([...argv], { from: 'user' });
    expect(parse).toThrow(expect.objectContaining({ code }));
  });
});

describe('--distro', () => {
  it('may name several, at commas or again', () => {
    expect(request(['--distro', 'u24,d12', '--distro', 'd13']).distro).toEqual(['el9', 'u24', 'd12', 'd13']);
  });

  it('is missed as commander misses an option', () => {
    const command = quiet(addRequestOptions(new Command()));
    expect(() => requireDistro({ distro: [] }, command)).toThrow(
      expect.objectContaining({
        code: 'commander.missingMandatoryOptionValue',
        message: "error: required option '--distro <codes>' not specified",
      }),
    );
    expect(() => requireDistro({ distro: ['d12'] }, command)).not.toThrow();
  });
});

it('--check-updates takes several locks, and file names with commas', () => {
  const argv = ['--check-updates', 'a,b.lock', '--check-updates', 'c.lock'];
  expect(addCheckOption(new Command()).parse(argv, { from: 'user' }).opts()).toEqual({ checkUpdates: ['a,b.lock', 'c.lock'] });
});

it('a lock leaves region and overlays open', () => {
  const options = addLockOptions(new Command()).parse(['--manifest', 'a.yaml'], { from: 'user' }).opts<LockOptions>();
  expect(options).toEqual({ region: 'default', manifest: ['a.yaml'] });
});

it('downloads have their defaults', () => {
  const options = addFetchOptions(new Command())
    .parse(['--ca', 'a.pem', '--ca', 'b,c.pem', '--offline'], { from: 'user' })
    .opts<FetchOptions>();
  expect(options).toEqual({ mirrors: 'auto', ca: ['a.pem', 'b,c.pem'], jobs: '64', timeout: '30', offline: true });
});
