/** One question to a host: a constant shell snippet and the pure reading of its output. All are asked together, see `gather.ts`. */

/**
 * `script` changes nothing on the host, needs no program but coreutils, findutils and util-linux unless it checks first that it is there,
 * and prints nothing when in doubt.
 */
export interface Fact<T> {
  readonly name: string;
  readonly script: string;
  /** Never throws: what cannot be read is reported as not there. */
  parse(output: string): T;
}

/** Snippet: prints every existing regular file of `globs` as path NUL content NUL. */
export function printFiles(globs: string): string {
  return `for f in ${globs}; do if [ -f "$f" ] && [ -r "$f" ]; then printf '%s\\0' "$f"; head -c 1048576 -- "$f" | tr -d '\\0'; printf '\\0'; fi; done`;
}

/** Reads what {@link printFiles} printed. */
export function parseFiles(output: string): [path: string, content: string][] {
  const parts = output.split('\0');
  const files: [string, string][] = [];
  for (let i = 0; i + 1 < parts.length; i += 2) files.push([parts[i] ?? '', parts[i + 1] ?? '']);
  return files;
}

/** Lines without the empty ones. */
export function linesOf(output: string): string[] {
  return output.split('\n').filter((line) => line !== '');
}

/** `name=value` lines as a map, last one wins. */
export function parsePairs(output: string): ReadonlyMap<string, string> {
  const pairs = new Map<string, string>();
  for (const line of linesOf(output)) {
    const at = line.indexOf('=');
    if (at > 0) pairs.set(line.slice(0, at), line.slice(at + 1));
  }
  return pairs;
}
