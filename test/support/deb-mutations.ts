/** Seeded damage to Release, Packages and status files: what generators, editors and transfers have done to real ones, and worse. */

/** A source of numbers: the same seed gives the same numbers (mulberry32). */
export type Random = (below: number) => number;

export function randomOf(seed: number): Random {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

/** A text after it was damaged, and how. Texts are latin-1: one character a byte. */
export interface Mutation {
  readonly text: string;
  readonly steps: readonly string[];
}

/** One way to damage a file, line by line. */
export type Step = (lines: string[], random: Random) => void;

const at = (lines: readonly string[], random: Random): number => random(Math.max(1, lines.length));
export const replaceAt =
  (change: (line: string, random: Random) => string): Step =>
  (lines, random) => {
    const index = at(lines, random);
    lines[index] = change(lines[index] ?? '', random);
  };
const insert =
  (line: string): Step =>
  (lines, random) =>
    void lines.splice(at(lines, random), 0, line);

/** What may happen to any such file. */
const STEPS: Readonly<Record<string, Step>> = {
  'a line lost': (lines, random) => void lines.splice(at(lines, random), 1),
  'a line twice': (lines, random) => {
    const index = at(lines, random);
    lines.splice(at(lines, random), 0, lines[index] ?? '');
  },
  'two lines swapped': (lines, random) => {
    const [a, b] = [at(lines, random), at(lines, random)];
    [lines[a], lines[b]] = [lines[b] ?? '', lines[a] ?? ''];
  },
  'an empty line': insert(''),
  'a line of blanks': insert(' \t'),
  'a line without a colon': insert('oops'),
  'an unknown field': insert('X-Unknown: value'),
  'a comment': insert('# a comment'),
  'a continuation': insert(' more'),
  'a line cut': replaceAt((line, random) => line.slice(0, random(line.length + 1))),
  'a name in other case': replaceAt((line) => line.replace(/^[^:]*/, (name) => name.toUpperCase())),
  'a blank before the colon': replaceAt((line) => line.replace(':', ' :')),
  'no value': replaceAt((line) => line.replace(/:.*/, ':')),
  'blanks around the value': replaceAt((line) => line.replace(/: *(.*)/, ':   $1  ')),
  'a tab for a blank': replaceAt((line) => line.replace(' ', '\t')),
  'a byte that is not UTF-8': replaceAt(
    (line, random) => `${line.slice(0, random(line.length + 1))}\xff${line.slice(random(line.length + 1))}`,
  ),
  'a byte changed': replaceAt((line, random) => {
    const index = random(line.length);
    return line.slice(0, index) + String.fromCharCode(32 + random(95)) + line.slice(index + 1);
  }),
  'CRLF in one line': replaceAt((line) => `${line}\r`),
};

/** What happens to the text as a whole. */
const WHOLE: Readonly<Record<string, (text: string, random: Random) => string>> = {
  CRLF: (text) => text.replaceAll('\n', '\r\n'),
  'a byte order mark': (text) => `\xef\xbb\xbf${text}`,
  'cut short': (text, random) => text.slice(0, random(text.length)),
  'no newline at the end': (text) => text.trimEnd(),
  'empty lines at the end': (text) => `${text}\n\n`,
  'an empty line in front': (text) => `\n${text}`,
};

/** What may happen to files of one kind besides what happens to any. */
export interface Damage {
  /** Field → what it may be set to. */
  readonly values: Readonly<Record<string, readonly string[]>>;
  readonly more?: Readonly<Record<string, Step>>;
}

/**
 * Damages `text` in one to three ways. A field that is to be set and not there is put anywhere.
 */
export function mutate(text: string, { values, more = {} }: Damage, random: Random): Mutation {
  const lines = text.split('\n');
  const steps: string[] = [];
  const ways = { ...STEPS, ...more };
  const names = Object.keys(ways);
  for (let left = 1 + random(2); left > 0; left -= 1) {
    if (random(2) === 0) {
      const [field = '', choices = []] = pick(Object.entries(values), random);
      const value = pick(choices, random);
      setField(lines, field, value, random);
      steps.push(`${field}: ${value}`);
    } else {
      const name = pick(names, random);
      ways[name]?.(lines, random);
      steps.push(name);
    }
  }
  let whole = lines.join('\n');
  if (random(8) === 0) {
    const [name = '', change] = pick(Object.entries(WHOLE), random);
    whole = change?.(whole, random) ?? whole;
    steps.push(name);
  }
  return { text: whole, steps };
}

function setField(lines: string[], field: string, value: string, random: Random): void {
  const places = lines.flatMap((line, index) => (line.startsWith(`${field}:`) ? [index] : []));
  const place = places.length > 0 ? pick(places, random) : undefined;
  const text = `${field}: ${value}`;
  if (place === undefined) lines.splice(at(lines, random), 0, text);
  else lines.splice(place, 1, text);
}

function pick<T>(choices: readonly T[], random: Random): T {
  return choices[random(choices.length)] as T;
}
