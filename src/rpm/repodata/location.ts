/** Checks the path metadata gives for a file: it must stay inside the upstream and mean the same as a path and as part of a URL. */

const UNSAFE = /[\u0000-\u001f\u007f\\?#]/;

/** Why `href` is not a safe path below a base URL, or null when it is. */
export function locationFault(href: string): string | null {
  if (href === '') return 'it is empty';
  if (href.length > 1024) return 'it is longer than 1024 characters';
  if (UNSAFE.test(href)) return 'it holds a control character, "\\", "?" or "#"';
  if (href.startsWith('/')) return 'it is absolute';
  if (href.includes('://')) return 'it is a URL';
  if (isEscape(href)) return 'it leaves the upstream with ".."';
  return null;
}

/** True when a segment is `..`, also when written with `%2e`. */
function isEscape(href: string): boolean {
  return href.split(/\/|%2f/i).some((segment) => segment.replaceAll(/%2e/gi, '.') === '..');
}

/** `./a//b` → `a/b`: the segments that mean something. */
export function normalizeLocation(href: string): string {
  if (!href.includes('./') && !href.includes('//')) return href;
  return href
    .split('/')
    .filter((segment) => segment !== '' && segment !== '.')
    .join('/');
}

/** Why `base`, the value of `xml:base`, cannot replace an upstream's URL, or null when it can. */
export function locationBaseFault(base: string): string | null {
  if (!URL.canParse(base)) return 'xml:base is not an absolute URL';
  return /^(?:https?|file):$/.test(new URL(base).protocol) ? null : 'xml:base is neither http, https nor file';
}
