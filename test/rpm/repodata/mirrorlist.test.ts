import { describe, expect, it } from 'vitest';
import { parseMirrorlist } from '../../../src/rpm/repodata/mirrorlist.ts';

describe('mirror lists', () => {
  it('gives the usable URLs once each, with a slash at the end', () => {
    const text =
      '# a comment\nhttp://a.example.test/el9\n\nftp://b.example.test/el9/\r\nhttps://c.example.test/el9/\nhttp://a.example.test/el9/\n';
    expect(parseMirrorlist(text, { source: 'm' })).toEqual(['http://a.example.test/el9/', 'https://c.example.test/el9/']);
  });

  it.each(['', '<html>Bad Request</html>', 'Bad release'])('refuses %j', (text) => {
    expect(() => parseMirrorlist(text, { source: 'm' })).toThrow(expect.objectContaining({ code: 'INDEX_INVALID' }));
  });
});
