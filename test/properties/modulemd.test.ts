/**
 * Law: modules.yaml with something broken in it is refused, or documents of it are left out and that is told, or it is read as any YAML
 * parser would read the whole of it, or as if nothing were broken.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { type Modules, parseModules } from '../../src/rpm/modules/modulemd.ts';
import { seedOfRun, sizeOf, tellCounts } from '../support/long-tests.ts';

const stream = (name: string, id: string): string => `---
document: modulemd
version: 2
data:
  name: ${name}
  stream: "${id}"
  version: 8060020220324
  context: ad008a3a
  arch: x86_64
  summary: >-
    ${name}, a server
  description: >-
    A text which says
      name: other
    and more: "quoted".
  license:
    module:
    - MIT
  dependencies:
  - buildrequires:
      platform: [el8.6.0]
    requires:
      platform: [el8]
      perl: []
  references:
    community: https://${name}.example.test/
  profiles:
    common:
      rpms:
      - ${name}
  api:
    rpms:
    - ${name}
  components:
    rpms:
      ${name}:
        rationale: Because.
        ref: stream-${id}-rhel-8.6.0
        arches: [aarch64, i686, ppc64le, s390x, x86_64]
  artifacts:
    rpms:
    - ${name}-1:1.20.1-1.module+el8.6.0+13542.x86_64
    - ${name}-libs-1:1.20.1-1.module+el8.6.0+13542.i686
    - ${name}-filesystem-1:1.20.1-1.module+el8.6.0+13542.noarch
...
`;
const DEFAULTS =
  '---\ndocument: modulemd-defaults\nversion: 1\ndata:\n  module: web\n  stream: "1.20"\n  profiles:\n    1.20: [common]\n...\n';
const OBSOLETES = '---\ndocument: modulemd-obsoletes\nversion: 1\ndata:\n  module: web\n  stream: "1.18"\n  message: gone\n...\n';
const WHOLE = stream('web', '1.20') + stream('cache', '7') + DEFAULTS + OBSOLETES;

interface Tree {
  readonly [key: string]: Tree | undefined;
}

/** The plain way: every document parsed whole. Null where that is no YAML, or misses what a document must have. */
function plainly(text: string): unknown {
  const documents = parseAllDocuments(text, { schema: 'failsafe', logLevel: 'error', uniqueKeys: false });
  if (!Array.isArray(documents) || documents.some(({ errors }) => errors.length > 0)) return null;
  const trees = treesOf(documents);
  if (trees === null) return null;
  const summary = trees.map(({ document, data }) => {
    const text = (key: string): string => String(data?.[key] ?? '');
    if (String(document) !== 'modulemd') return `${document} ${text('module')} ${text('stream') || null}`;
    const scalars = [text('name'), text('stream'), text('version') || '0', text('context'), text('arch')].join(':');
    return `${scalars} ${JSON.stringify([requiresOf(data), some(data?.artifacts?.rpms)])}`;
  });
  return summary.filter((line) => !line.startsWith('modulemd-obsoletes')).sort();
}

/** Null where an alias stands for nothing, which shows only here. */
function treesOf(documents: readonly { toJS(): unknown }[]): readonly Tree[] | null {
  try {
    return documents.map((document) => document.toJS() as Tree).filter((tree) => typeof tree === 'object' && tree !== null);
  } catch {
    return null;
  }
}

/** One or several values; where nothing is written, none. */
function some(node: Tree | undefined): readonly Tree[] {
  return [node ?? []].flat().filter((item: unknown): item is Tree => item !== '');
}

function requiresOf(data: Tree | undefined): unknown {
  return some(data?.dependencies).map((one) => Object.entries(one?.requires ?? {}).map(([module, streams]) => [module, some(streams)]));
}

function asLines({ streams, defaults }: Modules): unknown {
  const builds = streams.map(
    ({ name, stream: id, version, context, arch, requires, artifacts }) =>
      `${name}:${id}:${version}:${context}:${arch} ${JSON.stringify([requires.map((one) => [...one]), artifacts])}`,
  );
  return [...builds, ...defaults.map(({ module, stream: id }) => `modulemd-defaults ${module} ${id}`)].sort();
}

const lines = WHOLE.split('\n');
const position = fc.nat(WHOLE.length - 1);
const lineAt = fc.nat(lines.length - 1);
/** What disks, editors and hands do to a text. */
const damage: fc.Arbitrary<string> = fc.oneof(
  fc.tuple(position, fc.constantFrom(...'[]{}:#&*!|>\'"%@`-, \n\tx0')).map(([at, char]) => WHOLE.slice(0, at) + char + WHOLE.slice(at + 1)),
  fc
    .tuple(position, fc.constantFrom(' ', '\n', '"', "'", '[', '- ', ': ', '#', '---'))
    .map(([at, text]) => WHOLE.slice(0, at) + text + WHOLE.slice(at)),
  fc.tuple(position, fc.integer({ min: 1, max: 40 })).map(([at, length]) => WHOLE.slice(0, at) + WHOLE.slice(at + length)),
  position.map((at) => WHOLE.slice(0, at)),
  lineAt.map((at) => lines.toSpliced(at, 1).join('\n')),
  fc.tuple(lineAt, lineAt).map(([from, to]) => lines.toSpliced(to, 0, lines[from]!).join('\n')),
  fc.tuple(lineAt, fc.constantFrom('', ' ', '  ', '   ')).map(([at, indent]) => lines.with(at, indent + lines[at]!.trimStart()).join('\n')),
);

it('is loud or faithful', async () => {
  const sound = asLines(await parseModules(Buffer.from(WHOLE), { source: 'modules.yaml' }));
  expect(sound).toEqual(plainly(WHOLE));
  await fc.assert(
    fc.asyncProperty(damage, async (text) => {
      const read = await parseModules(Buffer.from(text), { source: 'modules.yaml' }).catch((error: { code?: string }) => error.code);
      if (typeof read !== 'object') expect(read).toBe('INDEX_INVALID');
      else if (read.faults.length === 0) expect([plainly(text), sound]).toContainEqual(asLines(read));
    }),
    { numRuns: sizeOf('modulemd'), seed: seedOfRun() },
  );
  tellCounts('modulemd', { documents: sizeOf('modulemd') });
}, 600_000);
