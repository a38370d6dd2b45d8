/**
 * Kinds of values in an inventory, as Ansible hands them over (YAML 1.1: `yes` is a boolean, `5432` a number). Each of them refuses text
 * that could end a line or leave its place in a generated file, so that renderers get only harmless text.
 */
import { z } from 'zod';

// biome-ignore lint/complexity/useRegexLiterals: as text, the control characters stay visible
const CONTROL = new RegExp('[\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029]');
const HOST_NAME = /^(?=.{1,253}$)[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,62})(?:\.[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,62}))*$/;

/** Longest value of one line. */
const MAX_LINE = 4096;
/** Longest raw snippet. */
const MAX_BLOCK = 65_536;
/** Most members of one list or map. */
const MAX_MEMBERS = 1000;

const ipv4 = z.ipv4();
const ipv6 = z.ipv6();

/** 4, 6, or 0 for what is no address. */
export function addressFamily(text: string): 0 | 4 | 6 {
  if (ipv4.safeParse(text).success) return 4;
  return ipv6.safeParse(text).success ? 6 : 0;
}

/** True for an IPv4 or IPv6 address. */
export function isAddress(text: string): boolean {
  return addressFamily(text) !== 0;
}

/** One line of text. A number is taken as the text it reads like. */
export const line = z.preprocess(
  (value) => (typeof value === 'number' ? String(value) : value),
  z
    .string()
    .max(MAX_LINE, `a text of at most ${MAX_LINE} characters`)
    .refine((text) => !CONTROL.test(text), 'one line without control characters'),
);

/** A password: one line that is quoted in YAML, so that `0123` stays what was typed. */
export const secret = z
  .string('a quoted text')
  .min(1, 'a quoted text that is not empty')
  .max(1024, 'at most 1024 characters')
  .refine((text) => !CONTROL.test(text), 'one line without control characters');

/** Several lines of text, no other control characters. */
export const block = z
  .string()
  .max(MAX_BLOCK, `at most ${MAX_BLOCK} characters`)
  .refine((text) => !CONTROL.test(text.replace(/[\t\r\n]/g, '')), 'text without control characters');

const YES = ['yes', 'true', 'on', 'y', 't', '1'];
const NO = ['no', 'false', 'off', 'n', 'f', '0'];

/** A boolean as Ansible's `bool` filter reads it: also `"yes"`, `"no"`, 1, 0. */
export const flag = z.preprocess((value) => {
  const word = typeof value === 'string' ? value.toLowerCase() : String(value);
  if (YES.includes(word)) return true;
  return NO.includes(word) ? false : value;
}, z.boolean());

/** A TCP or UDP port. */
export const port = z.preprocess(
  (value) => (typeof value === 'string' && /^\d{1,5}$/.test(value) ? Number(value) : value),
  z.int('a port from 1 to 65535').min(1, 'a port from 1 to 65535').max(65_535, 'a port from 1 to 65535'),
);

/** An IPv4 or IPv6 address. */
export const address = z.string('an IP address').refine(isAddress, 'an IP address');

/** A DNS name, or an address. */
export const hostName = z
  .string('a host name')
  .refine((text) => HOST_NAME.test(text) || isAddress(text), 'a host name of letters, digits, "-", "_" and "."');

/** An absolute path without `..`, spaces or characters that mean something to a configuration file. */
export const directory = z
  .string('an absolute path')
  .regex(/^\/(?:[A-Za-z0-9_.@+-]+\/?)*$/, 'an absolute path of letters, digits and "_.@+-"')
  .refine((text) => !text.split('/').includes('..'), 'a path without ".."')
  .transform((text) => (text === '/' ? text : text.replace(/\/+$/, '')));

/** `397d`, `24h`, `15m`, `10s`. */
export const duration = z.string('a duration like 10s or 397d').regex(/^[1-9]\d{0,6}(?:ms|[smhdwy])$/, 'a duration like 10s or 397d');

/** `10.10.10.10:3000`, `name:80`, `[::1]:80`. */
export const endpoint = z.string('host:port').refine((text) => {
  const match = /^(?:\[([0-9A-Fa-f:.]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text);
  if (match === null) return false;
  const number = Number(match[3]);
  const isHost = match[1] === undefined ? HOST_NAME.test(match[2] ?? '') : addressFamily(match[1]) === 6;
  return isHost && number >= 1 && number <= 65_535;
}, 'host:port');

/** A network in CIDR notation. */
export const network = z.string('a network like 10.0.0.0/8').refine((text) => {
  const [host = '', bits = ''] = text.split('/');
  const family = addressFamily(host);
  return family !== 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128);
}, 'a network like 10.0.0.0/8');

/** Command line options: words, quotes allowed, no line ends. */
export const options = line.refine((text) => /^(?:[^"'\\]|\\.|"(?:[^"\\]|\\.)*"|'[^']*')*$/.test(text), 'options with closed quotes');

/** A list of at most 1000. */
export function listOf<T extends z.ZodType>(item: T) {
  return z.array(item).max(MAX_MEMBERS, `at most ${MAX_MEMBERS} entries`);
}

/** A list, or one item that stands for a list of one; a text is never split into characters. */
export function oneOrMore<T extends z.ZodType>(item: T) {
  return z.preprocess((value) => (value === undefined || value === null || Array.isArray(value) ? value : [value]), listOf(item));
}

/** A map of at most 1000. */
export function mapOf<K extends z.ZodType<string, string>, T extends z.ZodType>(key: K, item: T) {
  return z.record(key, item).refine((map) => Object.keys(map).length <= MAX_MEMBERS, `at most ${MAX_MEMBERS} entries`);
}
