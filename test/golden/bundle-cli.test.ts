/** What a person sees who runs `pigsty-bundle`: help, results, failures, for people and as JSON, on the embedded upstream. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { runCli } from '../lab/cli/run-cli.ts';
import { writeEmbeddedUpstream } from '../lab/embedded/write-upstream.ts';
import { TOY_DATE_SEC } from '../lab/upstreams/toy-archive.ts';
import { expectGolden, type Replacement } from './golden-run.ts';

const BUNDLE = 'pigsty-pkg-v4.5.0.d12.x86_64.tgz';
const REQUEST = ['--distro', 'd12', '--flavor', 'debian', '--manifest', 'up/overlay.yaml', '--store', 'store'];

let dir: string;
let replacements: Replacement[];

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'golden-'));
  mkdirSync(join(dir, 'home'));
  const { fingerprint } = await writeEmbeddedUpstream(join(dir, 'up'), 'd12', TOY_DATE_SEC);
  replacements = [
    { pattern: dir, by: 'DIR' },
    { pattern: fingerprint, by: 'FINGERPRINT' },
    // What follows from the key of the embedded upstream, which is a new one each time.
    { pattern: /\b[0-9a-f]{64}\b/g, by: 'DIGEST' },
    { pattern: /(?<=bundle )[0-9a-f]{12}\b/g, by: 'ID' },
    { pattern: /\b2\d\d\.\d KiB(?=,|$| \(|")/gm, by: 'SIZE' },
    { pattern: /(?<=Bytes":)2\d{5}\b/g, by: '200000' },
    // How much of this is said, and in which order, is a matter of time.
    { pattern: /^\{"type":"(?:fetch\.|phase\.progress).*\n/gm, by: '' },
    { pattern: /\d+ files linked, \d+ copied/g, by: 'N files linked, N copied' },
  ];
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

async function golden(name: string, argv: readonly string[]): Promise<void> {
  expectGolden(name, argv, await runCli(argv, { cwd: dir }), replacements);
}

describe('help', () => {
  const verbs = ['build', 'resolve', 'fetch', 'pack', 'verify', 'inspect', 'why', 'diff', 'distros', 'store', 'keygen'];
  it.each(verbs)('of %s', async (verb) => {
    await golden(`help-${verb}`, [verb, '--help']);
  });

  it('of the program', async () => {
    await golden('help', ['--help']);
  });
});

describe('a command line that cannot be understood', () => {
  it.each([
    ['no-distro', ['build']],
    ['unknown-verb', ['biuld']],
    ['unknown-option', ['build', '--distr', 'd12']],
    ['unknown-distro', ['build', '--distro', 'debian12']],
    ['no-distro-json', ['build', '--json']],
  ])('%s', async (name, argv) => {
    await golden(name, argv);
  });
});

describe('a build, step by step', () => {
  it('resolves, builds, verifies, inspects, explains and compares', async () => {
    await golden('resolve', ['resolve', ...REQUEST, '--lock', 'd12.lock']);
    await golden('fetch', ['fetch', 'd12.lock', '--manifest', 'up/overlay.yaml', '--store', 'store']);
    await golden('build', ['build', ...REQUEST, '--output', 'out', '--no-installer']);
    await golden('build-json', ['build', ...REQUEST, '--output', 'out', '--no-installer', '--json', '--locked', '--lock', 'd12.lock']);
    await golden('pack-tree', [
      'pack',
      'd12.lock',
      '--manifest',
      'up/overlay.yaml',
      '--store',
      'store',
      '--tree',
      'www',
      '--no-bundle',
      '--no-installer',
    ]);
    await golden('verify', ['verify', `out/${BUNDLE}`]);
    await golden('verify-json', ['verify', `out/${BUNDLE}`, '--json']);
    await golden('inspect', ['inspect', `out/${BUNDLE}`]);
    await golden('why', ['why', 'libpcre2-8-0', ...REQUEST, '--quiet']);
    await golden('why-absent', ['why', 'tmux', ...REQUEST, '--quiet']);
    await golden('resolve-node', ['resolve', ...REQUEST, '--profile', 'node', '--lock', 'node.lock', '--quiet', '--json']);
    await golden('diff', ['diff', 'node.lock', `out/${BUNDLE}`]);
    await golden('diff-same', ['diff', 'd12.lock', `out/${BUNDLE}`, '--json']);
    cpSync(join(dir, 'out', BUNDLE), join(dir, 'damaged.tgz'));
    const bytes = readFileSync(join(dir, 'damaged.tgz'));
    const at = bytes.indexOf('!<arch>', bytes.length >> 1) + 200;
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    writeFileSync(join(dir, 'damaged.tgz'), bytes);
    await golden('verify-damaged', ['verify', 'damaged.tgz']);
    await golden('verify-damaged-json', ['verify', 'damaged.tgz', '--json']);
  }, 60_000);

  it('says all wrong names at once', async () => {
    await golden('wrong-names', ['build', ...REQUEST, '--profile', 'infra,nodes', '--package', 'ngnix,tmuxx', '--quiet']);
  });
});

it('lists what there is', async () => {
  await golden('distros', ['distros']);
});
