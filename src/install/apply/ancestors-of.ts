/** Every directory above a path but the root, nearest first. @example ancestorsOf('/a/b/c') // ['/a/b', '/a'] */
export function ancestorsOf(path: string): string[] {
  const ancestors: string[] = [];
  for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) ancestors.push(path.slice(0, at));
  return ancestors;
}
