/**
 * Words of apt and dnf for what an overlay says in another way: people write down what they know from sources.list(5) and dnf.conf(5).
 * Pure.
 */

const APT: Readonly<Record<string, string>> = {
  uri: '"url"',
  uris: '"url", one or a list by region',
  suites: '"suite", one for each upstream',
  distribution: '"suite"',
  component: '"components"',
  'signed-by': '"key" (a name in "keys") and "signed: [metadata]"',
  signed_by: '"key" (a name in "keys") and "signed: [metadata]"',
  types: 'nothing: only binary packages are read',
  architectures: 'nothing: --arch says it',
  arch: 'nothing: --arch says it',
  'allow-insecure': 'an upstream without "key" and "signed"',
};

const DNF: Readonly<Record<string, string>> = {
  baseurl: '"url"',
  mirrorlist: '"url": a mirror list is told by its address',
  metalink: '"url": a metalink is told by its address',
  gpgkey: '"key" (a name in "keys")',
  gpgcheck: '"signed: [packages]" with a "key"',
  repo_gpgcheck: '"signed: [metadata]" with a "key"',
  exclude: '"excludepkgs"',
  excludes: '"excludepkgs"',
  includes: '"includepkgs"',
  enabled: '"disable" or "only", and "on" for some distros alone',
  skip_if_unavailable: '"optional"',
};

/** `, which is dnf’s word for "url"`; empty for a word neither tool has. */
export function toolWord(key: string): string {
  const word = key.toLowerCase();
  const [tool, ours] = Object.hasOwn(APT, word) ? ['apt', APT[word]] : Object.hasOwn(DNF, word) ? ['dnf', DNF[word]] : ['', undefined];
  return ours === undefined ? '' : `; it is ${tool}’s word, and said here by ${ours}`;
}

/**
 * What a file that belongs to apt or dnf would be as an overlay, for somebody who gave it to `--manifest`; null for any other text.
 *
 * @example foreignFile('deb http://h/debian bookworm main') // 'a line of sources.list: an overlay says it as\n  schema: 1\n …'
 */
export function foreignFile(text: string): string | null {
  return aptLine(text) ?? aptStanza(text) ?? dnfRepo(text);
}

function aptLine(text: string): string | null {
  const [, options = '', url = '', suite = '', components = ''] =
    /^\s*deb\s+(?:\[([^\]]*)\]\s*)?(\S+)\s+(\S+)[ \t]*([^\n#]*)/m.exec(withoutComments(text)) ?? [];
  if (url === '') return null;
  return asOverlay('a line of sources.list', debEntry(url, suite, components, /trusted=yes/.test(options)));
}

function aptStanza(text: string): string | null {
  const field = (name: string): string => new RegExp(`^${name}:[ \\t]*(.*)$`, 'im').exec(withoutComments(text))?.[1]?.trim() ?? '';
  const [url = ''] = field('URIs').split(/\s+/);
  const [suite = ''] = field('Suites').split(/\s+/);
  if (url === '' || suite === '') return null;
  return asOverlay('a .sources file', debEntry(url, suite, field('Components'), /^yes$/i.test(field('Trusted'))));
}

function dnfRepo(text: string): string | null {
  const id = /^\[([^\]\n]+)\]\s*$/m.exec(text)?.[1];
  const url = /^(?:baseurl|mirrorlist|metalink)\s*=\s*(\S+)/m.exec(text)?.[1];
  if (id === undefined || url === undefined) return null;
  const isChecked = /^(?:repo_)?gpgcheck\s*=\s*1/m.test(text);
  const trust = isChecked ? ', key: KEY, signed: [packages]' : '';
  return asOverlay('a .repo file', `{ name: ${nameFrom(id)}, url: '${url}'${trust} }`);
}

function debEntry(url: string, suite: string, components: string, isTrusted: boolean): string {
  const words = components
    .trim()
    .split(/\s+/)
    .filter((word) => word !== '');
  const list = words.length === 0 ? '' : `, components: [${words.join(', ')}]`;
  const trust = isTrusted ? ', trusted: yes' : ', key: KEY, signed: [metadata]';
  return `{ name: mine, url: '${url}', suite: ${suite}${list}${trust} }`;
}

function asOverlay(what: string, entry: string): string {
  const keys = entry.includes('KEY') ? '\n  keys: { KEY: { fingerprints: [FINGERPRINT], keyrings: [/path/of/key.asc], urls: [] } }' : '';
  return `found ${what}; an overlay says it as\n  schema: 1\n  upstreams: [${entry.replace('key: KEY', 'key: mine')}]${keys.replace('KEY:', 'mine:')}`;
}

function nameFrom(id: string): string {
  const name = id
    .trim()
    .toLowerCase()
    .replaceAll(/[^a-z0-9_.-]+/g, '-');
  return /^[a-z]/.test(name) ? name : 'mine';
}

function withoutComments(text: string): string {
  return text.replaceAll(/^#.*$/gm, '');
}
