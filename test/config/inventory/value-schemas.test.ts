import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import * as schemas from '../../../src/config/inventory/value-schemas.ts';

const long = 'x'.repeat(5000);

const CASES: readonly [name: string, schema: z.ZodType, accepted: readonly [unknown, unknown][], refused: readonly unknown[]][] = [
  [
    'line',
    schemas.line,
    [
      ['a b', 'a b'],
      [17, '17'],
      ['', ''],
    ],
    ['a\nb', 'a\u2028b', 'a\u0000', long, true, null],
  ],
  [
    'secret',
    schemas.secret,
    [
      ['0123', '0123'],
      ['a $"\'', 'a $"\''],
    ],
    ['', 123, 'a\nb', 'x'.repeat(1025)],
  ],
  ['block', schemas.block, [['a\n\tb\r\n', 'a\n\tb\r\n']], ['a\u0000', 'x'.repeat(70_000), 1]],
  [
    'flag',
    schemas.flag,
    [
      ['yes', true],
      ['OFF', false],
      [1, true],
      [0, false],
      ['True', true],
      [false, false],
    ],
    ['maybe', 2, null, ''],
  ],
  [
    'port',
    schemas.port,
    [
      [80, 80],
      ['65535', 65_535],
    ],
    [0, 65_536, '65536', '80 ', 80.5, 'x', true],
  ],
  [
    'address',
    schemas.address,
    [
      ['10.0.0.1', '10.0.0.1'],
      ['fd00::1', 'fd00::1'],
    ],
    ['10.0.0.256', 'host', '10.0.0.1/8', 1],
  ],
  [
    'hostName',
    schemas.hostName,
    [
      ['i.pigsty', 'i.pigsty'],
      ['a_b-1', 'a_b-1'],
      ['fd00::1', 'fd00::1'],
    ],
    ['a b', 'a}', '-a', 'a..b', `${'a'.repeat(64)}.x`],
  ],
  [
    'directory',
    schemas.directory,
    [
      ['/', '/'],
      ['/www/x_1.2@+-/', '/www/x_1.2@+-'],
    ],
    ['www', '/a/../b', '/a b', '/a;', '/a$x', ''],
  ],
  [
    'duration',
    schemas.duration,
    [
      ['10s', '10s'],
      ['397d', '397d'],
      ['5ms', '5ms'],
    ],
    ['0s', '10', '10 s', '-1d', 10],
  ],
  [
    'endpoint',
    schemas.endpoint,
    [
      ['10.0.0.1:80', '10.0.0.1:80'],
      ['[::1]:80', '[::1]:80'],
      ['a.b:1', 'a.b:1'],
    ],
    ['10.0.0.1', 'a:0', 'a:65536', 'a:80/x', '[10.0.0.1]:80', 'http://a:80'],
  ],
  [
    'network',
    schemas.network,
    [
      ['10.0.0.0/8', '10.0.0.0/8'],
      ['fd00::/128', 'fd00::/128'],
    ],
    ['10.0.0.0', '10.0.0.0/33', 'fd00::/129', 'x/8'],
  ],
  [
    'options',
    schemas.options,
    [
      [`-a="x y" -b='z' \\"`, `-a="x y" -b='z' \\"`],
      ['', ''],
    ],
    ['"', "a='b", 'a\nb', 'a\\'],
  ],
  [
    'listOf',
    schemas.listOf(schemas.port),
    [
      [
        ['1', 2],
        [1, 2],
      ],
      [[], []],
    ],
    ['1', [0], Array(1001).fill(1)],
  ],
  [
    'oneOrMore',
    schemas.oneOrMore(schemas.hostName),
    [
      ['ab', ['ab']],
      [
        ['a', 'b'],
        ['a', 'b'],
      ],
    ],
    [undefined, null, [1]],
  ],
  [
    'mapOf',
    schemas.mapOf(schemas.hostName, schemas.port),
    [
      [{ a: '1' }, { a: 1 }],
      [{}, {}],
    ],
    [{ 'a b': 1 }, { a: 0 }, [], Object.fromEntries(Array.from({ length: 1001 }, (_, i) => [`a${i}`, 1]))],
  ],
];

describe.each(CASES)('%s', (_, schema, accepted, refused) => {
  it.each(accepted)('takes %j as %j', (value, result) => {
    expect(schema.parse(value)).toEqual(result);
  });

  it.each(refused.map((value) => [value]))('refuses %.60j', (value) => {
    expect(schema.safeParse(value).success).toBe(false);
  });
});

it('every kind of value has its cases', () => {
  const kinds = Object.keys(schemas).filter((name) => name !== 'addressFamily' && name !== 'isAddress');
  expect(CASES.map(([name]) => name).sort()).toEqual(kinds.sort());
});

it.each([
  ['10.0.0.1', 4],
  ['fd00::1', 6],
  ['::ffff:10.0.0.1', 6],
  ['a', 0],
  ['1.2.3', 0],
] as const)('addressFamily of %s is %i', (text, family) => {
  expect(schemas.addressFamily(text)).toBe(family);
  expect(schemas.isAddress(text)).toBe(family !== 0);
});
