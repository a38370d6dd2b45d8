import { expect, it } from 'vitest';
import { escapeAttribute, escapeText } from '../../../src/rpm/write/format-xml.ts';

it.each([
  ['a & b < c > d', 'a &amp; b &lt; c &gt; d', 'a &amp; b &lt; c &gt; d'],
  ['say "x"', 'say "x"', 'say &quot;x&quot;'],
  ['tab\tline\nreturn\r', 'tab\tline\nreturn&#13;', 'tab&#9;line&#10;return&#13;'],
  // What XML cannot hold is left out.
  ['bell\u0007 and \uffff', 'bell and ', 'bell and '],
  ['half \ud800', 'half \ufffd', 'half \ufffd'],
  ['whole 😀', 'whole 😀', 'whole 😀'],
])('%j', (text, asText, asAttribute) => {
  expect(escapeText(text)).toBe(asText);
  expect(escapeAttribute(text)).toBe(asAttribute);
});
