/**
 * JSON with one spelling per value (the idea of RFC 8785): keys sorted by code unit, no white space, one final newline.
 * Two equal values give equal bytes, so a digest or a signature over the text is one over the value.
 * Unlike the RFC it refuses what we never write: fractions, unsafe integers, undefined.
 */
import { compareCodeUnits } from '../../base/compare.ts';

/** What can be written. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };

function format(value: JsonValue): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) throw new Error(`not a safe integer: ${value}`);
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map(format).join(',')}]`;
  const record = value as { readonly [key: string]: JsonValue };
  const members = Object.keys(record)
    .toSorted(compareCodeUnits)
    .map((key) => `${JSON.stringify(key)}:${format(record[key]!)}`);
  return `{${members.join(',')}}`;
}

/** The one text of `value`, ending in a newline. Throws a plain Error for a number that is not a safe integer. */
export function formatCanonicalJson(value: JsonValue): string {
  return `${format(value)}\n`;
}
