/**
 * Where metadata says a file lies. Spec: rpm-metadata(5), and how librepo reads it: `xml:base` replaces the upstream's base URL, so does a
 * `href` that is a URL itself, and `..` may lead to a directory beside the upstream's. Whatever is found there must have the digest that
 * the metadata gives, so a place outside the upstream costs no trust.
 */

/** A place as a path below a base. */
export interface Location {
  /** Relative, with no empty, `.` or `..` segment, no control character and no backslash. In the form of a URL: not percent-decoded. */
  readonly path: string;
  /** `''` for the upstream's base URL; else an absolute URL without credentials, or `../` once or several times, below each mirror. */
  readonly base: string;
}

const NEVER = /[\u0000-\u001f\u007f\\]/;
const MAX_CHARS = 1024;
const ABSOLUTE = /^[a-z][a-z0-9+.-]*:\/\//i;
/** Segments that mean something, and nothing that any segment could hide in: by far the most locations. */
const PLAIN = /^(?!\.|\/)(?:[^/%:]|\/(?!\.|\/|$))+$/;

/**
 * The place of a file, or a sentence that says why it is none.
 *
 * @param base the value of `xml:base`; `''` when there is none.
 * @example parseLocation('../pool/a.rpm', '') // { path: 'pool/a.rpm', base: '../' }
 */
export function parseLocation(href: string, base: string): Location | string {
  if (href === '') return 'it is empty';
  if (href.length + base.length > MAX_CHARS) return `it is longer than ${MAX_CHARS} characters`;
  if (NEVER.test(href)) return 'it holds a control character or "\\"';
  if (base === '' && PLAIN.test(href)) return { path: href, base };
  if (!ABSOLUTE.test(href)) return below(base, href);
  const slash = href.lastIndexOf('/') + 1;
  return below(href.slice(0, slash), href.slice(slash));
}

/** True when `xml:base` names a user or a password, which {@link parseLocation} leaves out. */
export function hasCredentials(base: string): boolean {
  return URL.canParse(base) && (new URL(base).username !== '' || new URL(base).password !== '');
}

function below(base: string, href: string): Location | string {
  const segments: string[] = [];
  let up = '';
  for (const segment of href.split('/')) {
    if (isHidden(segment)) return 'it leaves the upstream with ".." in disguise';
    if (segment === '..' && segments.length === 0) up += '../';
    else if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(segment);
  }
  if (segments.length === 0) return 'it names no file';
  const path = segments.join('/');
  if (base === '') return { path, base: up };
  const url = baseUrl(base);
  return typeof url === 'string' ? url : { path, base: new URL(up === '' ? './' : up, url).href };
}

/** `%2e%2e`, and `..` behind an encoded slash. */
function isHidden(segment: string): boolean {
  return segment.includes('%') && segment.split(/%2f/i).some((part) => /^(?:\.|%2e){2}$/i.test(part));
}

function baseUrl(base: string): URL | string {
  if (!ABSOLUTE.test(base) || !URL.canParse(base)) return 'xml:base is not an absolute URL';
  const url = new URL(base);
  if (!/^(?:https?|file):$/.test(url.protocol)) return 'xml:base is neither http, https nor file';
  if (url.search !== '' || url.hash !== '') return 'xml:base holds "?" or "#"; a lock has no place for tokens';
  url.username = '';
  url.password = '';
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/`;
  return url;
}
