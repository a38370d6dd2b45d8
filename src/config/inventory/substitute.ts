/**
 * The two kinds of references in pigsty.yml: `${admin_ip}`, which Pigsty replaces as text, and `{{ name }}` of Jinja, of which only a
 * variable of the same host is supported. Anything else in `{{ }}` or `{% %}` is refused, because a wrong guess would end in a wrong file.
 */
import type { Variable } from './read-hosts.ts';

/** The placeholder as it is written in pigsty.yml. */
// biome-ignore lint/suspicious/noTemplateCurlyInString: this is the text itself
export const ADMIN_IP = '${admin_ip}';
const TEMPLATE = /\{\{-?\s*([A-Za-z_][A-Za-z0-9_]*)\s*-?\}\}/g;
const MAX_DEPTH = 10;

/** What `{{ name }}` may name beside the host's own variables. */
export type Lookup = (name: string) => Variable | undefined;

/** `value` without references, or the reason why one could not be replaced. */
export type Substituted = { readonly value: unknown } | { readonly fault: string };

/** Replaces references in every text of `value`, keys included. */
export function substitute(value: unknown, lookup: Lookup, depth = 0): Substituted {
  if (typeof value === 'string') return substituteText(value, lookup, depth);
  if (Array.isArray(value)) {
    const items: unknown[] = [];
    for (const item of value) {
      const result = substitute(item, lookup, depth);
      if ('fault' in result) return result;
      items.push(result.value);
    }
    return { value: items };
  }
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return { value };
  const entries: [string, unknown][] = [];
  for (const [key, member] of Object.entries(value)) {
    const result = substitute(member, lookup, depth);
    if ('fault' in result) return result;
    entries.push([key, result.value]);
  }
  return { value: Object.fromEntries(entries) };
}

function substituteText(text: string, lookup: Lookup, depth: number): Substituted {
  if (depth > MAX_DEPTH) return { fault: 'references that end somewhere, not in a circle' };
  let fault: string | null = null;
  const resolve = (name: string): unknown => {
    const found = lookup(name);
    if (found === undefined) {
      fault = `a known variable instead of "${name}"`;
      return '';
    }
    const result = substitute(found.value, lookup, depth + 1);
    if ('fault' in result) fault = result.fault;
    return 'fault' in result ? '' : result.value;
  };
  const whole = new RegExp(`^${TEMPLATE.source}$`).exec(text);
  if (whole !== null) {
    const value = resolve(whole[1] as string);
    return fault === null ? { value } : { fault };
  }
  const replaced = text
    .replace(TEMPLATE, (_, name: string) => String(resolve(name)))
    .replaceAll(ADMIN_IP, () => String(resolve('admin_ip')));
  if (fault !== null) return { fault };
  return /\{\{|\{%/.test(replaced) ? { fault: 'no template beyond {{ name }}: write the value itself' } : { value: replaced };
}
