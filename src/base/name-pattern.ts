/** Shell patterns over package names (`*`, `?`), as manifests use them in excludes, includes and pins. */

/** True when some pattern matches the whole of `name`. */
export type NameMatcher = (name: string) => boolean;

/** Compiles patterns once; without patterns nothing matches. */
export function compilePatterns(patterns: readonly string[]): NameMatcher {
  if (patterns.length === 0) return () => false;
  const exact = new Set(patterns.filter((pattern) => !/[*?]/.test(pattern)));
  const globs = patterns.filter((pattern) => /[*?]/.test(pattern)).map(globExpression);
  return (name) => exact.has(name) || globs.some((glob) => glob.test(name));
}

function globExpression(pattern: string): RegExp {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*+/g, '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's');
}
