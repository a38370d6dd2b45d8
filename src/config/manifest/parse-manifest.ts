/**
 * Text of manifest files → one frozen value. YAML 1.2 (https://yaml.org/spec/1.2.2/) through the `yaml` library, validated with zod;
 * every fault of every file is reported at once, with line and column. Reading files from disk is the caller's business.
 */
import { isNode, LineCounter, parse, parseDocument } from 'yaml';
import { z } from 'zod';
import { deepFreeze } from '../deep-freeze.ts';
import { describeIssue, Faults, formatFieldPath, type IssueLine } from '../faults.ts';
import { ManifestFile, OverlayFile } from './manifest-file.ts';
import { foreignFile, toolWord } from './tool-words.ts';

/** A file that was read: a path for messages, and its text. */
export interface TextFile {
  readonly path: string;
  readonly text: string;
  /** What {@link yamlValue} made of this very text before: parsing it takes ten times as long as validating it. */
  readonly value?: unknown;
}

/** A manifest file and where it came from. */
export interface ParsedFile<T> {
  readonly path: string;
  readonly value: T;
}

/** All manifest files that were given, in that order. {@link resolveManifest} makes sense of them for one target. */
export interface Manifest {
  readonly files: readonly ParsedFile<ManifestFile>[];
}

/** A user's additions. */
export type Overlay = ParsedFile<OverlayFile>;

/** Longest text of one file. Ours are below 20 kB; a user's overlay may name a few thousand packages. */
const MAX_CHARACTERS = 2_000_000;
/** Enough for honest anchors, far too few for an expansion bomb. */
const MAX_ALIASES = 100;

/**
 * Parses files of manifests/.
 *
 * @throws {AppError} `CONFIG_INVALID` with all faults of all files, one line each: `file:line:column: path.to.field: found X, expected Y`.
 */
export function parseManifestFiles(files: readonly TextFile[]): Manifest {
  const faults = new Faults();
  const parsed = files.map((file) => ({ path: file.path, value: parseOne(file, ManifestFile, faults) }));
  faults.throwIfAny('the manifest is not valid');
  return deepFreeze({ files: parsed as ParsedFile<ManifestFile>[] });
}

/**
 * Parses a user's overlay file.
 *
 * @throws {AppError} `CONFIG_INVALID`, as {@link parseManifestFiles}.
 */
export function parseOverlay(file: TextFile): Overlay {
  const faults = new Faults();
  const value = parseOne(file, OverlayFile, faults);
  faults.throwIfAny('the manifest overlay is not valid');
  return deepFreeze({ path: file.path, value: value as OverlayFile });
}

/** What a text that was accepted stands for, as plain data that JSON can keep. */
export function yamlValue(text: string): unknown {
  return parse(text, { maxAliasCount: MAX_ALIASES });
}

function parseOne<T extends z.ZodType>(file: TextFile, schema: T, faults: Faults): z.infer<T> | null {
  const known = file.value === undefined ? null : schema.safeParse(file.value);
  // Faults have a line and a column, which only the text can tell.
  return known?.success === true ? known.data : parseText(file, schema, faults);
}

function parseText<T extends z.ZodType>(file: TextFile, schema: T, faults: Faults): z.infer<T> | null {
  if (file.text.length > MAX_CHARACTERS) {
    faults.add(`${file.path}: found ${file.text.length} characters, expected at most ${MAX_CHARACTERS}`);
    return null;
  }
  if (file.text.includes('__proto__')) {
    faults.add(`${file.path}: found the word __proto__, expected no name JavaScript gives a meaning to`);
    return null;
  }
  const foreign = foreignFile(file.text);
  if (foreign !== null && !/^schema\s*:/m.test(file.text)) {
    faults.add(`${file.path}: ${foreign}`);
    return null;
  }
  const lines = new LineCounter();
  const document = parseDocument(file.text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const place = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${file.path}:${line}:${col}`;
  };
  if (document.errors.length > 0) {
    for (const error of document.errors.slice(0, 5)) faults.add(`${place(error.pos[0])}: not valid YAML: ${error.message}`);
    return null;
  }
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: MAX_ALIASES });
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error; // what the library throws for aliases without or with too many ends
    faults.add(`${file.path}: found too many aliases, expected at most ${MAX_ALIASES}`);
    return null;
  }
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return result.data;
  const keysAt = (path: readonly PropertyKey[]): readonly string[] => knownKeys(schema, path);
  const issues = result.error.issues.flatMap((issue) => describeIssue(issue, keysAt, toolWord));
  for (const issue of issues) faults.add(formatFault(document, issue, place));
  return null;
}

function formatFault(document: ReturnType<typeof parseDocument>, issue: IssueLine, place: (offset: number) => string): string {
  // A missing field has no node of its own: the nearest one that exists is where to look.
  for (let depth = issue.path.length; depth >= 0; depth--) {
    const node = depth === 0 ? document.contents : document.getIn(issue.path.slice(0, depth), true);
    if (isNode(node) && node.range != null) return `${place(node.range[0])}: ${formatFieldPath(issue.path)}: ${issue.text}`;
  }
  return `${place(0)}: ${formatFieldPath(issue.path)}: ${issue.text}`;
}

/** Keys that may stand at `path`, for suggestions: those of every object the schema allows there. */
function knownKeys(schema: z.ZodType, path: readonly PropertyKey[]): readonly string[] {
  let here = alternatives(schema);
  for (const step of path) here = here.flatMap((at) => alternatives(child(at, step)));
  return [...new Set(here.flatMap((at) => (at instanceof z.ZodObject ? Object.keys(at.shape) : [])))];
}

function child(schema: unknown, step: PropertyKey): unknown {
  if (schema instanceof z.ZodObject) return schema.shape[String(step)];
  if (schema instanceof z.ZodArray) return schema.element;
  return schema instanceof z.ZodRecord ? schema.valueType : undefined;
}

/** The schema itself, or what a union or an optional field stands for. */
function alternatives(schema: unknown): readonly unknown[] {
  if (schema instanceof z.ZodOptional) return alternatives(schema.unwrap());
  return schema instanceof z.ZodUnion ? schema.options.flatMap(alternatives) : [schema];
}
