/**
 * Which paths a bundle may hold. The rule is a list of what is allowed, because lists of what is forbidden have holes:
 * visible ASCII without shell or control characters, inside `pigsty/` or one of the two source files beside it.
 */
import { BESIDE_REPO, INDEX_PATH, MARKER_PATH, REPO_DIR, SIGNATURE_PATH } from './layout.ts';

const SEGMENT = /^[A-Za-z0-9._+~%:@=,^-]+$/;
const MAX_SEGMENT_BYTES = 240;

/** What is wrong with one path by itself, or null. */
export function pathFault(path: string): string | null {
  if (path.startsWith('/')) return 'absolute';
  if (BESIDE_REPO.includes(path)) return null;
  const segments = path.split('/');
  if (segments.includes('..') || segments.includes('.')) return 'leaves its directory';
  if (segments.some((segment) => !SEGMENT.test(segment))) return 'has characters that are not allowed';
  if (segments.some((segment) => segment.length > MAX_SEGMENT_BYTES)) return 'too long';
  if (segments.length < 2 || segments[0] !== REPO_DIR) return `not below ${REPO_DIR}/`;
  return null;
}

/** Everything wrong with the paths of one index, as lines for a person. Empty when they are safe to unpack side by side. */
export function findPathFaults(paths: readonly string[]): string[] {
  const faults: string[] = [];
  const seen = new Map<string, string>();
  for (const path of paths) {
    const fault = reservedFault(path) ?? pathFault(path);
    if (fault !== null) faults.push(`${JSON.stringify(path)}: ${fault}`);
    const folded = path.toLowerCase();
    const twin = seen.get(folded);
    if (twin !== undefined) faults.push(`${JSON.stringify(path)}: ${twin === path ? 'listed twice' : `differs from ${twin} in case only`}`);
    seen.set(folded, path);
  }
  for (const path of paths) {
    const parent = parentsOf(path.toLowerCase()).find((dir) => seen.has(dir));
    if (parent !== undefined) faults.push(`${JSON.stringify(path)}: ${seen.get(parent)} is a file, not a directory`);
  }
  if (!seen.has(MARKER_PATH)) faults.push(`${MARKER_PATH}: missing`);
  return faults;
}

function reservedFault(path: string): string | null {
  return path === INDEX_PATH || path === SIGNATURE_PATH ? 'the index must not list itself or its signature' : null;
}

/** `a/b/c` → `a`, `a/b`. */
function parentsOf(path: string): string[] {
  const parents: string[] = [];
  for (let at = path.indexOf('/'); at !== -1; at = path.indexOf('/', at + 1)) parents.push(path.slice(0, at));
  return parents;
}
