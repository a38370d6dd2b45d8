/** Reading rich dependencies as rpm writes them, and refusing what is none. */
import { expect, it } from 'vitest';
import { richClauses } from '../../../src/rpm/candidates/rich-clauses.ts';
import { parseCapability, parseRichDependency, type RichNode } from '../../../src/rpm/candidates/rich-dependency.ts';

/** Back to text, with every pair of parentheses. */
function format(node: RichNode): string {
  if (node.kind === 'capability') return [node.dependency.name, node.dependency.flags, node.dependency.version].join(' ').trim();
  if ('consequence' in node) {
    const otherwise = node.otherwise === null ? '' : ` else ${format(node.otherwise)}`;
    return `(${format(node.consequence)} ${node.kind} ${format(node.condition)}${otherwise})`;
  }
  const operands: readonly RichNode[] = node.operands;
  return `(${operands.map(format).join(` ${node.kind} `)})`;
}

it.each([
  ['(a or b)', '(a or b)'],
  ['(a and b and c)', '(a and b and c)'],
  ['(a >= 1.0 if (b < 2 or c) else d)', '(a GE 1.0 if (b LT 2 or c) else d)'],
  ['(a unless b)', '(a unless b)'],
  ['((a with b) without c)', '((a with b) without c)'],
  ['(libssl.so.3()(64bit) or libssl(x86-64) = 3)', '(libssl.so.3()(64bit) or libssl(x86-64) EQ 3)'],
  ['( a  or  b )', '(a or b)'],
  ['(a)', 'a'],
])('reads %s', (text, expected) => {
  expect(format(parseRichDependency(text, 'test'))).toBe(expected);
});

it.each([
  ['(a or b', 'something is missing'],
  ['(a or)', 'something is missing'],
  ['(a nor b)', '"nor" is no operator'],
  ['(a and b or c)', 'cannot be mixed without parentheses'],
  ['(a if b and c)', 'where "else"'],
  ['(a or b) c', 'stands behind its end'],
  ['()', 'something is missing'],
  [`${'('.repeat(40)}a${')'.repeat(40)}`, 'nested deeper'],
  [`(${'a'.repeat(70_000)} or b)`, 'too long'],
])('refuses %s', (text, why) => {
  expect(() => parseRichDependency(text, 'app-1-1.noarch requires')).toThrowError(
    expect.objectContaining({ code: 'INDEX_INVALID', message: expect.stringMatching(why) }),
  );
});

it('bounds what a formula may grow to', () => {
  const pairs = Array.from({ length: 16 }, (_, at) => `(a${at} and b${at})`);
  const node = parseRichDependency(`(${pairs.join(' or ')})`, 'test');
  const ids = new Map<string, number>();
  const idOf = (part: RichNode) => {
    if (part.kind !== 'capability') throw new Error('only capabilities');
    if (!ids.has(part.dependency.name)) ids.set(part.dependency.name, ids.size);
    return [ids.get(part.dependency.name)!];
  };
  expect(() => richClauses(node, false, idOf)).toThrowError(expect.objectContaining({ code: 'SOLVE_LIMIT' }));
});

it.each([
  ['nginx', { name: 'nginx', flags: '' }],
  ['nginx >= 1:1.20-3', { name: 'nginx', flags: 'GE', epoch: '1', version: '1.20', release: '3' }],
  ['nginx = 1.20', { name: 'nginx', flags: 'EQ', epoch: '', version: '1.20', release: '' }],
])('reads the capability %s', (text, expected) => {
  expect(parseCapability(text)).toMatchObject(expected);
});

it.each(['', 'nginx >=', 'nginx ~ 1', 'a b c d'])('takes %j for no capability', (text) => {
  expect(parseCapability(text)).toBeUndefined();
});
