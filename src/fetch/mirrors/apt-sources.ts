/**
 * What apt is configured to use: one-line `.list` and deb822 `.sources` files (sources.list(5)) and the proxies of apt.conf(5). Only what
 * says where an archive can be had is read; options and keys are not. Pure; a line that makes no sense is left out, as it is not our file.
 */

/** One archive as apt reads it. */
export interface AptSource {
  /** Without a trailing slash. http, https or file only. */
  readonly uri: string;
  readonly suites: readonly string[];
}

/** What a `.list` file says, in order. */
export function parseAptList(text: string): AptSource[] {
  const sources: AptSource[] = [];
  for (const line of text.split('\n')) {
    const [, uri = '', suite] = /^\s*deb\s+(?:\[[^\]]*\]\s*)?(\S+)\s+(\S+)/.exec(line) ?? [];
    if (suite !== undefined && isFetchable(uri)) sources.push({ uri: withoutSlash(uri), suites: [suite] });
  }
  return sources;
}

/** What a `.sources` file says, in order; disabled stanzas and `deb-src` are left out. */
export function parseAptSources(text: string): AptSource[] {
  const sources: AptSource[] = [];
  const lines = text.split('\n').filter((line) => !line.startsWith('#'));
  for (const stanza of lines.join('\n').split(/\n\s*\n/)) {
    const fields = parseFields(stanza);
    if (!words(fields, 'types').includes('deb') || /^(?:no|false|without|off|disable|0)$/i.test(fields.get('enabled') ?? '')) continue;
    for (const uri of words(fields, 'uris').filter(isFetchable)) sources.push({ uri: withoutSlash(uri), suites: words(fields, 'suites') });
  }
  return sources;
}

/**
 * `Acquire::http::Proxy` and `Acquire::https::Proxy` of an apt.conf file, in either notation; `DIRECT` and per-host entries are left out.
 */
export function parseAptProxies(text: string): { readonly http?: string; readonly https?: string } {
  const found: { http?: string; https?: string } = {};
  const scopes: string[] = [];
  const plain = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*(?:\/\/|#).*$/gm, '');
  for (const [, name = '', value, mark] of plain.matchAll(/([A-Za-z][\w:-]*)?\s*(?:"([^"]*)"\s*;|([{}]))/g)) {
    if (mark === '{') scopes.push(name);
    else if (mark === '}') scopes.pop();
    else if (value !== undefined) {
      const [, scheme] = /^acquire::(https?)::proxy$/i.exec([...scopes, name].join('::')) ?? [];
      if (scheme !== undefined && /^https?:\/\//.test(value)) found[scheme.toLowerCase() as 'http' | 'https'] = value;
    }
  }
  return found;
}

function parseFields(stanza: string): Map<string, string> {
  const fields = new Map<string, string>();
  let name = '';
  for (const line of stanza.split('\n')) {
    const [, key, value] = /^([A-Za-z][\w-]*):(.*)$/.exec(line) ?? [];
    if (key !== undefined && value !== undefined) {
      name = key.toLowerCase();
      fields.set(name, value.trim());
    } else if (/^\s/.test(line) && name !== '') {
      fields.set(name, `${fields.get(name) ?? ''} ${line.trim()}`);
    }
  }
  return fields;
}

function words(fields: ReadonlyMap<string, string>, name: string): string[] {
  return (fields.get(name) ?? '').split(/\s+/).filter((word) => word !== '');
}

function isFetchable(uri: string): boolean {
  return /^(?:https?|file):\//.test(uri);
}

function withoutSlash(uri: string): string {
  return uri.replace(/\/+$/, '');
}
