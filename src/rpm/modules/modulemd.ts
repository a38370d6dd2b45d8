/**
 * Reads modules.yaml: which packages belong to which module stream, and which streams are default. Spec: modulemd-yaml(5) and
 * https://github.com/fedora-modularity/libmodulemd (documents `modulemd` v1 and v2, `modulemd-defaults` v1). Obsoletes, translations and
 * whatever does not decide which packages are visible are left out.
 */
import { parse } from 'yaml';
import { AppError, messageOf } from '../../base/errors.ts';
import { type ByteChunks, drain } from '../package/byte-chunks.ts';
import { Faults } from '../repodata/faults.ts';
import { type ModuleDefault, type ModuleStream, readModuleDocument, type YamlNode } from './module-document.ts';
import { trimModuleDocument } from './trim-modulemd.ts';

/** A whole modules.yaml. */
export interface Modules {
  /** In document order. */
  readonly streams: readonly ModuleStream[];
  readonly defaults: readonly ModuleDefault[];
}

const MAX_BYTES = 256 << 20;

function readDocument(text: string): { readonly tree: YamlNode; readonly artifacts: readonly string[] | null } {
  const options = { schema: 'failsafe', prettyErrors: false, logLevel: 'error', maxAliasCount: 100 } as const;
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
 * @throws {AppError} `INDEX_INVALID` with every document that is no YAML, of an unknown kind or not of its kind's shape; `INDEX_TOO_LARGE`
 * beyond 256 MiB. What decides nothing (texts, profiles, components) is not looked at, so a fault there may go unseen.
 */
export async function parseModules(bytes: ByteChunks, options: { readonly source: string }): Promise<Modules> {
  const faults = new Faults(options.source);
  const streams: ModuleStream[] = [];
  const defaults: ModuleDefault[] = [];
  for (const [at, text] of documentsOf(await textOfBytes(bytes, options.source)).entries()) {
    try {
      const { tree, artifacts } = readDocument(text);
      const document = readModuleDocument(tree, artifacts, (fault) => faults.add(`document ${at + 1} ${fault}`));
      if (document.kind === 'stream') streams.push(document.stream);
      if (document.kind === 'default') defaults.push(document.moduleDefault);
    } catch (error) {
      faults.add(`document ${at + 1} is no YAML: ${messageOf(error)}`);
    }
  }
  faults.throwIfAny('INDEX_INVALID');
  return { streams, defaults };
}

async function textOfBytes(bytes: ByteChunks, source: string): Promise<string> {
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
