/**
 * Reads modules.yaml: which packages belong to which module stream, and which streams are default. Spec: modulemd-yaml(5) and
 * https://github.com/fedora-modularity/libmodulemd (documents `modulemd` v1 and v2, `modulemd-defaults` v1). Obsoletes, translations and
 * whatever does not decide which packages are visible are left out. As libmodulemd has it, a document of another shape costs itself, and
 * what is no YAML costs the whole file: nobody knows which packages it would have hidden, and dnf ends there.
 */
import { parse } from 'yaml';
import { AppError, messageOf } from '../../base/errors.ts';
import { indexTooLarge } from '../../base/index-too-large.ts';
import { type ByteChunks, drain } from '../package/byte-chunks.ts';
import { Faults } from '../repodata/faults.ts';
import { type ModuleDefault, type ModuleStream, readModuleDocument, type YamlNode } from './module-document.ts';
import { trimModuleDocument } from './trim-modulemd.ts';

/** A whole modules.yaml. */
export interface Modules {
  /** In document order. */
  readonly streams: readonly ModuleStream[];
  /** One for each module, the last that its documents name. */
  readonly defaults: readonly ModuleDefault[];
  /** Sentences about documents that are left out; at most ten and how many more. */
  readonly faults: readonly string[];
}

const MAX_BYTES = 256 << 20;

function readDocument(text: string): { readonly tree: YamlNode; readonly artifacts: readonly string[] | null } {
  const options = { schema: 'failsafe', prettyErrors: false, logLevel: 'error', maxAliasCount: 100, uniqueKeys: false } as const;
  const trimmed = trimModuleDocument(text);
  if (trimmed !== null) {
    try {
      return { tree: parse(trimmed.text, options) as YamlNode, artifacts: trimmed.artifacts };
    } catch {
      // Something that was cut away is needed, an anchor perhaps: the whole document is parsed.
    }
  }
  return { tree: parse(text, options) as YamlNode, artifacts: null };
}

/**
 * `---` at the start of a line begins a document, `...` ends one; what follows on the line belongs to the next. Neither can stand inside a
 * text, which is indented. Parts with nothing but comments and directives are no documents.
 */
function documentsOf(text: string): string[] {
  return text.split(/^(?:---|\.\.\.)(?=[ \t\r\n]|$)/m).filter((part) => part.split('\n').some((line) => !/^\s*(?:#.*)?$|^%/.test(line)));
}

/**
 * Reads modules.yaml.
 *
 * @throws {AppError} `INDEX_INVALID` when a part of it is no YAML or no UTF-8; `INDEX_TOO_LARGE` beyond 256 MiB. What decides nothing
 * (texts, profiles, components) is not looked at, so a fault there may go unseen.
 */
export async function parseModules(bytes: ByteChunks, options: { readonly source: string }): Promise<Modules> {
  const faults = new Faults();
  const streams: ModuleStream[] = [];
  const defaults = new Map<string, ModuleDefault>();
  for (const [at, text] of documentsOf(await textOfBytes(bytes, options.source)).entries()) {
    const { tree, artifacts } = yamlOf(text, `${options.source}: document ${at + 1}`);
    const document = readModuleDocument(tree, artifacts);
    if (document.kind === 'stream') streams.push(document.stream);
    if (document.kind === 'default') defaults.set(document.moduleDefault.module, document.moduleDefault);
    if (document.kind === 'fault') faults.add(`document ${at + 1} is left out: it ${document.fault}`);
  }
  return { streams, defaults: [...defaults.values()], faults: faults.list() };
}

function yamlOf(text: string, what: string): ReturnType<typeof readDocument> {
  try {
    return readDocument(text);
  } catch (error) {
    throw new AppError('INDEX_INVALID', `${what} is no YAML: ${messageOf(error)}`, {
      hint: 'dnf cannot read it either: try another mirror, or leave this upstream out',
    });
  }
}

async function textOfBytes(bytes: ByteChunks, source: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  let total = 0;
  await drain(bytes, (piece) => {
    total += piece.length;
    if (total > MAX_BYTES) throw indexTooLarge(source, MAX_BYTES);
    chunks.push(piece);
    return true;
  });
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch {
    throw new AppError('INDEX_INVALID', `${source} is not UTF-8`, { hint: 'try another mirror, or leave this upstream out' });
  }
}
