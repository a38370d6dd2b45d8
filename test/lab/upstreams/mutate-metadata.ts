/**
 * Metadata of RPM repositories, damaged and odd in ways that disks, hands, old generators and attackers have. The same `random`, the same
 * mutations.
 */

/** A changed document, and what was done to it. */
export interface Mutation {
  readonly operator: string;
  readonly bytes: Buffer;
}

type Random = () => number;
type Operator = (text: string, random: Random) => string | Buffer;

const pick = <T>(list: readonly T[], random: Random): T => list[Math.floor(random() * list.length)] as T;

/** Values that stand, or could stand, somewhere in metadata of somebody. */
const VALUES: readonly string[] = [
  ...[
    '',
    '0',
    '1',
    '-1',
    '00',
    '1.5',
    'x',
    ' ',
    '99999999999999999999',
    '1-2',
    '1:2',
    'a b',
    'ü',
    'a&amp;b',
    'a&#10;b',
    'a\\b',
    '%2e%2e/x',
  ],
  ...[
    'EQ',
    'eq',
    'GE',
    'NE',
    'LT',
    'md5',
    'sha',
    'sha1',
    'sha224',
    'sha256',
    'SHA256',
    'sha384',
    'sha512',
    'src',
    'noarch',
    'x86_64',
    'rpm',
  ],
  ...['(lib if app)', '(lib if', '(lib', '/usr/bin/x', 'rpmlib(X)', '../x.rpm', '/x.rpm', 'http://h.example.test/x.rpm', 'file:///x/'],
  ...[
    'a'.repeat(32),
    'a'.repeat(40),
    'a'.repeat(64),
    'A'.repeat(64),
    'z'.repeat(64),
    'a'.repeat(128),
    'primary',
    'group',
    'modules',
    'el9',
  ],
];
const HEADS: readonly string[] = [
  ...[
    '',
    '\n<?xml version="1.0"?>',
    '<?xml version="1.1"?>',
    '<?xml version="1.0" encoding="US-ASCII"?>',
    '<?xml version="1.0" encoding="foo"?>',
  ],
  ...['<?xml version="1.0"?><!DOCTYPE x>', '<?xml version="1.0"?><!DOCTYPE x SYSTEM "x.dtd">', '\ufeff<?xml version="1.0"?>'],
  '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e "lib">]>',
];
const PIECES: readonly string[] = [
  ...[
    '<!-- a comment -->',
    '<?pi a?>',
    '<![CDATA[x]]>',
    '<x/>',
    '<x><name>no</name><location href="no"/></x>',
    'text',
    '&amp;',
    '&#65;',
    '&nbsp;',
  ],
  ...['&e;', '\u0001', '\u00a0', '\n', '<', '>', '"', ']]>', '<package type="rpm"><name>more</name></package>', '<rpm:entry name="more"/>'],
  ...['<data type="x"/>', '<rpm:requires><rpm:entry name="more"/></rpm:requires>', '<format>', '</format>'],
];

/** Changes one match of `pattern`, chosen by `random`. */
function changeOne(text: string, pattern: RegExp, random: Random, change: (match: string) => string): string {
  const found = [...text.matchAll(pattern)];
  if (found.length === 0) return text;
  const match = pick(found, random);
  return text.slice(0, match.index) + change(match[0]) + text.slice(match.index + match[0].length);
}

const ATTRIBUTE = /(?<=<[^<>?!]*)\s[\w:.-]+="[^"]*"/g;
const ELEMENT = /<([\w:-]+)(?:\s[^<>]*)?(?:\/>|>[^<]*<\/\1>)/g;
const TAG = /<[^<>?!]+>/g;

/** What is done to any text. */
const BYTES: Readonly<Record<string, Operator>> = {
  'a character changed': (text, random) => {
    const at = Math.floor(random() * text.length);
    return text.slice(0, at) + pick([...'<>&"=/ \nax0-:;[]{}#'], random) + text.slice(at + 1);
  },
  'characters lost': (text, random) => {
    const at = Math.floor(random() * text.length);
    return text.slice(0, at) + text.slice(at + 1 + Math.floor(random() * 20));
  },
  'cut short': (text, random) => text.slice(0, Math.floor(random() * text.length)),
  'a byte that is no UTF-8': (text, random) => {
    const at = Math.floor(random() * text.length);
    return Buffer.concat([Buffer.from(text.slice(0, at)), Buffer.of(0xff), Buffer.from(text.slice(at))]);
  },
};

const XML: Readonly<Record<string, Operator>> = {
  'an attribute lost': (text, random) => changeOne(text, ATTRIBUTE, random, () => ''),
  'an attribute twice': (text, random) => changeOne(text, ATTRIBUTE, random, (match) => match + match),
  'an attribute renamed': (text, random) => changeOne(text, ATTRIBUTE, random, (match) => match.replace(/[\w:.-]+/, 'other')),
  'another value': (text, random) => changeOne(text, ATTRIBUTE, random, (match) => match.replace(/"[^"]*"/, `"${pick(VALUES, random)}"`)),
  'another value of what matters': (text, random) =>
    changeOne(text, /\s(?:flags|ver|rel|epoch|type|href|name|package)="[^"]*"/g, random, (match) =>
      match.replace(/"[^"]*"/, `"${pick(VALUES, random)}"`),
    ),
  'an xml:base': (text, random) =>
    text.replace(/<location/g, (match) =>
      random() < 0.4 ? `${match} xml:base="${pick([...VALUES, 'http://h.example.test'], random)}"` : match,
    ),
  'another text': (text, random) => changeOne(text, /(?<=>)[^<>\s][^<>]*(?=<)/g, random, () => pick(VALUES, random)),
  'an element lost': (text, random) => changeOne(text, ELEMENT, random, () => ''),
  'an element twice': (text, random) => changeOne(text, ELEMENT, random, (match) => match + match),
  'an element twice, differing': (text, random) =>
    changeOne(
      text,
      ELEMENT,
      random,
      (match) => match + changeOne(match, /(?<=")[^"]*(?=")|(?<=>)[^<>]+(?=<)/g, random, () => pick(VALUES, random)),
    ),
  'an element renamed': (text, random) =>
    changeOne(text, ELEMENT, random, (match) => match.replace(/^<[\w:-]+/, '<other').replace(/<\/[\w:-]+>$/, '</other>')),
  'a block lost': (text, random) =>
    changeOne(text, /<(rpm:[a-z]+|format|package|data)(?: [^<>]*)?>(?:(?!<\1).)*?<\/\1>/gs, random, () => ''),
  'a tag lost': (text, random) => changeOne(text, TAG, random, () => ''),
  'another case': (text, random) => changeOne(text, TAG, random, (match) => match.toUpperCase()),
  'something between': (text, random) => changeOne(text, TAG, random, (match) => match + pick(PIECES, random)),
  'another head': (text, random) => text.replace(/^<\?xml[^>]*\?>/, pick(HEADS, random)),
  'UTF-16': (text) => Buffer.from(`\ufeff${text.replace('UTF-8', 'UTF-16')}`, 'utf16le'),
  'Latin-1': (text) => Buffer.from(text.replace('UTF-8', 'ISO-8859-1').replaceAll('<summary>', '<summary>é'), 'latin1'),
};

const LINE = /^.+$/gm;
const YAML_VALUES: readonly string[] = [
  ...[
    '',
    '""',
    '0',
    '1',
    '-1',
    '1.10',
    'x',
    '[]',
    '{}',
    '[a, b]',
    '{a: b}',
    'null',
    '~',
    '|',
    '&a x',
    '*a',
    '!!int 1',
    '"',
    "'",
    '[',
    'true',
    'el8',
  ],
  ...[
    'modulemd',
    'modulemd-defaults',
    'modulemd-obsoletes',
    'modulemd-packager',
    'modulemd-novelty',
    '2',
    '3',
    '9',
    '99999999999999999999',
  ],
];

const YAML: Readonly<Record<string, Operator>> = {
  'a line lost': (text, random) => changeOne(text, /^.*\n/gm, random, () => ''),
  'a line twice': (text, random) => changeOne(text, /^.*\n/gm, random, (line) => line + line),
  'a line twice, with another value': (text, random) =>
    changeOne(text, /^.*: .*\n/gm, random, (line) => line + line.replace(/: .*/, `: ${pick(YAML_VALUES, random)}`)),
  'another indentation': (text, random) =>
    changeOne(text, LINE, random, (line) => pick(['', ' ', '  ', '    ', '\t'], random) + line.trimStart()),
  'another value': (text, random) => changeOne(text, /(?<=^ *[a-z]+: ).*$/gm, random, () => pick(YAML_VALUES, random)),
  'another value of what matters': (text, random) =>
    changeOne(text, /(?<=^ *(?:document|version|name|stream|context|arch|module|platform|modified): ).*$/gm, random, () =>
      pick(YAML_VALUES, random),
    ),
  'an odd item': (text, random) => changeOne(text, /(?<=^ *- ).*$/gm, random, () => pick(YAML_VALUES, random)),
  'a key renamed': (text, random) =>
    changeOne(text, /(?<=^ *)[a-z]+(?=:)/gm, random, () => pick(['other', 'rpms', 'data', 'stream'], random)),
  'an element emptied': (text, random) => changeOne(text, /(?<=^ *[a-z]+:)\n(?: {4,}.*\n)+/gm, random, () => '\n'),
  'a document lost': (text, random) => changeOne(text, /^---\n[\s\S]*?^\.\.\.\n/gm, random, () => ''),
  'a document twice': (text, random) => changeOne(text, /^---\n[\s\S]*?^\.\.\.\n/gm, random, (document) => document + document),
  'a comment': (text, random) => changeOne(text, LINE, random, (line) => `${line} # a comment`),
  'Windows line ends': (text) => text.replaceAll('\n', '\r\n'),
  'a mark lost': (text, random) => changeOne(text, /^(?:---|\.\.\.)\n/gm, random, () => ''),
  'something before': (text, random) => pick(['# a comment\n', '%YAML 1.1\n', '\ufeff', '\n\n', '...\n', '<html>\n'], random) + text,
};

const OPERATORS = { xml: { ...XML, ...BYTES }, yaml: { ...YAML, ...BYTES } };

/** `count` mutations of a document: every operator in turn, each third one followed by another. */
export function mutations(text: string, kind: keyof typeof OPERATORS, random: Random, count: number): Mutation[] {
  const operators = Object.entries<Operator>(OPERATORS[kind]);
  return Array.from({ length: count }, (_, at) => {
    const [name, operator] = operators[at % operators.length] as [string, Operator];
    const changed = operator(text, random);
    if (at % 3 !== 2 || typeof changed !== 'string') return { operator: name, bytes: Buffer.from(changed) };
    const [second, then] = pick(operators, random);
    return { operator: `${name}, and ${second}`, bytes: Buffer.from(then(changed, random)) };
  });
}
