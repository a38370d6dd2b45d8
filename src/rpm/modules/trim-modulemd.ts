/**
 * Cuts a modulemd document down to what `modulemd.ts` reads, line by line, before a YAML parser sees it: components, profiles and texts are
 * nine tenths of it, and a full parse takes ten seconds for EL 8's modules. Only the block layout that libmodulemd writes is understood.
 */
import { detach } from '../repodata/string-pool.ts';

/** A shorter document, and the artifacts when they were simple enough to be read without YAML. */
export interface TrimmedDocument {
  readonly text: string;
  /** Null when `text` still holds the artifacts. */
  readonly artifacts: readonly string[] | null;
}

/** The keys that are read; a usual document has all of them. */
const NEEDED: ReadonlySet<string> = new Set(['name', 'stream', 'version', 'context', 'arch', 'dependencies']);
/** The other keys of modulemd-yaml(5) that libmodulemd writes. */
const PASSED_OVER: ReadonlySet<string> = new Set(
  'summary description license xmd references profiles api filter demodularized buildopts components static_context'.split(' '),
);
/** `- name-0:1.0-1.el9.x86_64`: a plain scalar that means itself in every YAML. */
const PLAIN_ARTIFACT = /^( {4,})- ([A-Za-z0-9][A-Za-z0-9._+~^-]*:[A-Za-z0-9._+~^-]+)\s*$/;

/**
 * True for a line of `data:` that may be a key and is not written as keys are: quoted, or indented in another way. A list may stand as far
 * to the left. Before the first key every line is odd but comments.
 */
function isOdd(line: string, isInSection: boolean): boolean {
  return /^(?: {0,1}[^\s]| {2}(?!-(?:\s|$))[^\s#]|\s*\t)/.test(line) || (!isInSection && /^\s+[^\s#]/.test(line));
}

/** Lines of the `data:` map by key, with everything outside of it in `head`. Null when the layout is another. */
function splitSections(text: string): { head: string[]; sections: Map<string, string[]> } | null {
  const head: string[] = [];
  const sections = new Map<string, string[]>();
  let current: string[] | null = null;
  let inData = false;
  for (const line of text.split('\n')) {
    if (/^\S/.test(line)) {
      // `data:` stands alone on its line, and nothing at the left margin follows it.
      if (inData || /^data:\s*\S/.test(line)) return null;
      inData = line.startsWith('data:');
      head.push(line);
      continue;
    }
    const key = /^ {2}([a-z_]+):(?:\s|$)/.exec(line)?.[1];
    if (inData && key !== undefined) {
      if (sections.has(key)) return null;
      current = [line];
      sections.set(key, current);
    } else if (inData && isOdd(line, current !== null)) return null;
    else if (current !== null) current.push(line);
    else head.push(line);
  }
  return { head, sections };
}

/** The artifacts of a section whose every line has the plain form; null when YAML must decide. */
function plainArtifacts(lines: readonly string[]): string[] | null {
  if (!/^ {2}artifacts:\s*$/.test(lines[0] ?? '') || !/^ {4}rpms:\s*$/.test(lines[1] ?? '')) return null;
  const artifacts: string[] = [];
  let indent: string | undefined;
  for (const line of lines.slice(2)) {
    const [, spaces, artifact] = PLAIN_ARTIFACT.exec(line) ?? [];
    indent ??= spaces;
    // A line that is indented further would continue the text above it.
    if (artifact !== undefined && spaces === indent) artifacts.push(detach(artifact));
    else if (/^ {4}(?!rpms:)[a-z-]+:\s*$/.test(line)) break;
    else if (/\S/.test(line)) return null;
  }
  return artifacts;
}

/**
 * A document with only the parts that matter, or null when its layout is not the usual one and it must be parsed whole. So must one that
 * lacks a part that matters, or has a key nobody knows: damage elsewhere may have swallowed a key, or made one.
 */
export function trimModuleDocument(text: string): TrimmedDocument | null {
  const split = splitSections(text);
  const artifactLines = split?.sections.get('artifacts');
  if (split === null || artifactLines === undefined || !isUsual(split.sections)) return null;
  const artifacts = plainArtifacts(artifactLines);
  const kept = [...split.sections].filter(([key]) => NEEDED.has(key) || (key === 'artifacts' && artifacts === null));
  return { text: [...split.head, ...kept.flatMap(([, lines]) => lines)].join('\n'), artifacts };
}

function isUsual(sections: ReadonlyMap<string, readonly string[]>): boolean {
  const isKnown = (key: string) => key === 'artifacts' || NEEDED.has(key) || PASSED_OVER.has(key);
  return [...NEEDED].every((key) => sections.has(key)) && [...sections.keys()].every(isKnown);
}
