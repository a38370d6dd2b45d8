/**
 * Reads modules.yaml: which packages belong to which module stream, and which streams are default. Spec: modulemd-yaml(5) and
 * https://github.com/fedora-modularity/libmodulemd (documents `modulemd` v1 and v2, `modulemd-defaults` v1). Obsoletes, translations and
 * whatever does not decide which packages are visible are left out.
 */
import { parse } from 'yaml';
import { AppError, messageOf } from '../base/errors.ts';
import { type ByteSource, drain } from './bytes-source.ts';
import { Faults } from './faults.ts';
import { trimModuleDocument } from './trim-modulemd.ts';

/** One build of a module stream. The same stream stands in a document once for each version, context and architecture. */
export interface ModuleStream {
  readonly name: string;
  readonly stream: string;
  /** Decimal digits; newer is larger. */
  readonly version: string;
  readonly context: string;
  readonly arch: string;
  /** Alternatives: one of them must hold, each naming modules and the streams allowed (empty: any; `-x`: not x). */
  readonly requires: readonly ReadonlyMap<string, readonly string[]>[];
  /** NEVRAs with epoch, as written: `nginx-1:1.22.1-3.module+el9.x86_64`. */
  readonly artifacts: readonly string[];
}

/** The default stream of a module; null when the distribution says there is none. */
export interface ModuleDefault {
  readonly module: string;
  readonly stream: string | null;
}

/** A whole modules.yaml. */
export interface Modules {
  /** In document order. */
  readonly streams: readonly ModuleStream[];
  readonly defaults: readonly ModuleDefault[];
}

const MAX_BYTES = 256 << 20;

type Node = string | Node[] | { [key: string]: Node } | null | undefined;

function isMap(node: Node): node is { [key: string]: Node } {
  return typeof node === 'object' && node !== null && !Array.isArray(node);
}

function textOf(node: Node): string {
  return typeof node === 'string' ? node : '';
}

function listOf(node: Node): string[] {
  if (typeof node === 'string') return [node];
  return Array.isArray(node) ? node.filter((item) => typeof item === 'string') : [];
}

/** Version 1 has one map of module to stream, version 2 a list of maps of module to streams. */
function requiresOf(node: Node): ReadonlyMap<string, readonly string[]>[] {
  const alternatives = Array.isArray(node) ? node : [node];
  return alternatives.filter(isMap).map((alternative) => {
    const requires = alternative.requires;
    return new Map(isMap(requires) ? Object.entries(requires).map(([module, streams]) => [module, listOf(streams)]) : []);
  });
}

function artifactsOf(data: { [key: string]: Node }): string[] {
  const artifacts = data.artifacts;
  return isMap(artifacts) ? listOf(artifacts.rpms) : [];
}

function readDocument(text: string): { readonly tree: Node; readonly artifacts: readonly string[] | null } {
  const options = { schema: 'failsafe', prettyErrors: false, logLevel: 'error', maxAliasCount: 100 } as const;
  const trimmed = trimModuleDocument(text);
  if (trimmed !== null) {
    try {
      return { tree: parse(trimmed.text, options) as Node, artifacts: trimmed.artifacts };
    } catch {
      // What was cut away was needed, an anchor perhaps: the whole document decides.
    }
  }
  return { tree: parse(text, options) as Node, artifacts: null };
}

/** `---` at the start of a line begins a document, `...` ends one. Neither can stand inside a text, which is indented. */
function documentsOf(text: string): string[] {
  return text.split(/^(?:---|\.\.\.)(?=[ \t\r\n]|$).*$/m).filter((part) => /\S/.test(part));
}

/** What one document adds to `modules`. */
function addDocument(modules: { streams: ModuleStream[]; defaults: ModuleDefault[] }, text: string): void {
  const { tree, artifacts } = readDocument(text);
  const data = isMap(tree) ? tree.data : null;
  if (!isMap(tree) || !isMap(data)) return;
  if (tree.document === 'modulemd-defaults') {
    modules.defaults.push({ module: textOf(data.module), stream: textOf(data.stream) || null });
  } else if (tree.document === 'modulemd') {
    modules.streams.push({
      name: textOf(data.name),
      stream: textOf(data.stream),
      version: textOf(data.version),
      context: textOf(data.context),
      arch: textOf(data.arch),
      requires: requiresOf(data.dependencies),
      artifacts: artifacts ?? artifactsOf(data),
    });
  }
}

function checkModules({ streams, defaults }: Modules, faults: Faults): void {
  for (const [at, { name, stream, version }] of streams.entries()) {
    if (name !== '' && stream !== '' && /^\d+$/.test(version)) continue;
    faults.add(`stream number ${at + 1} (${name}:${stream}) has no name, stream or version`);
  }
  for (const { module } of defaults) if (module === '') faults.add('a modulemd-defaults document names no module');
}

/**
 * Reads modules.yaml.
 *
 * @throws {AppError} `INDEX_INVALID` when a document is no YAML, or a stream has no name, stream or version; `INDEX_TOO_LARGE` beyond 256 MiB.
 */
export async function parseModules(bytes: ByteSource, options: { readonly source: string }): Promise<Modules> {
  const faults = new Faults(options.source);
  const modules = { streams: [], defaults: [] };
  for (const [at, text] of documentsOf(await textOfBytes(bytes, options.source)).entries()) {
    try {
      addDocument(modules, text);
    } catch (error) {
      faults.add(`document ${at + 1} is no YAML: ${messageOf(error)}`);
    }
  }
  checkModules(modules, faults);
  faults.throwIfAny('INDEX_INVALID');
  return modules;
}

async function textOfBytes(bytes: ByteSource, source: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  let total = 0;
  await drain(bytes, (piece) => {
    total += piece.length;
    if (total > MAX_BYTES) throw new AppError('INDEX_TOO_LARGE', `${source} is longer than ${MAX_BYTES} bytes`);
    chunks.push(piece);
    return true;
  });
  return Buffer.concat(chunks).toString('utf8');
}
