/**
 * HTML pages from Mustache templates (https://mustache.github.io/mustache.5.html). Values are escaped. A name without a value is an error.
 */
import Mustache from 'mustache';

/** A value for a page: text, a switch, or a list for a section. */
export type PageValue = string | boolean | readonly Readonly<Record<string, PageValue>>[];

/** Renders. Throws when the template names something that is not there, asks for unescaped text, or includes another template. */
export function renderHtmlPage(template: string, values: Readonly<Record<string, PageValue>>): string {
  checkTokens(Mustache.parse(template) as Token[], [values]);
  return Mustache.render(template, values, {}, { escape: escapeHtml });
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Enough for text and quoted attributes; Mustache's own also touches slashes, which makes addresses unreadable. */
function escapeHtml(text: unknown): string {
  return String(text).replace(/[&<>"']/g, (char) => ENTITIES[char] ?? char);
}

/** Kind, name, two offsets, and the tokens inside a section. */
type Token = [kind: string, name: string, start: number, end: number, inner?: Token[]];

function checkTokens(tokens: readonly Token[], scopes: readonly Readonly<Record<string, PageValue>>[]): void {
  for (const [kind, name, , , inner] of tokens) {
    if (kind === 'text' || kind === '!') continue;
    if (kind !== 'name' && kind !== '#' && kind !== '^') throw new Error(`the page template uses "${kind}${name}", which is not allowed`);
    if (name === '.') continue;
    const scope = scopes.findLast((one) => name in one);
    if (scope === undefined) throw new Error(`the page template names "${name}", which has no value`);
    if (inner === undefined) continue;
    const value = scope[name];
    if (typeof value !== 'object') checkTokens(inner, scopes);
    else for (const item of value) checkTokens(inner, [...scopes, item]);
  }
}
