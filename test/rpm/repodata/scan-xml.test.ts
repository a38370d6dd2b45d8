import { describe, expect, it } from 'vitest';
import { scanXml, type XmlOptions } from '../../../src/rpm/repodata/scan-xml.ts';

/** What a handler hears; it wants the text of elements called `t`. */
async function heard(xml: string, options: Partial<XmlOptions> = {}): Promise<string[]> {
  const events: string[] = [];
  const handler = {
    open: (name: string, attributes: Readonly<Record<string, string | undefined>>, depth: number) => {
      events.push(
        `${depth}<${name}${Object.entries(attributes)
          .map(([key, value]) => ` ${key}=${value}`)
          .join('')}>`,
      );
      return name === 't';
    },
    text: (text: string) => void events.push(text),
    close: (name: string, depth: number) => void events.push(`${depth}</${name}>`),
  };
  await scanXml(Buffer.from(xml), handler, { source: 'x.xml', maxBytes: 1 << 20, ...options });
  return events;
}

describe('a document', () => {
  it('is walked in order, with depths, attributes and the texts asked for', async () => {
    expect(
      await heard('<?xml version="1.0" encoding="UTF-8"?><r a="1&amp;2"><t>one <![CDATA[<two>]]></t><u>not asked for</u><t/></r>'),
    ).toEqual(['1<r a=1&2>', '2<t>', 'one <two>', '2</t>', '2<u>', '2</u>', '2<t>', '', '2</t>', '1</r>']);
  });

  it('gives no text of an element with children', async () => {
    expect(await heard('<t>before<x/>after</t>')).toEqual(['1<t>', '2<x>', '2</x>', '1</t>']);
  });

  it('may name a document type, which is not loaded, and declare nothing in it', async () => {
    expect(await heard('<!DOCTYPE r SYSTEM "r.dtd"><r/>')).toEqual(['1<r>', '1</r>']);
    await expect(heard('<!DOCTYPE r [<!ENTITY a "b">]><r/>')).rejects.toMatchObject({ code: 'INDEX_INVALID' });
  });

  it.each<[string, string, Partial<XmlOptions>, string]>([
    ['longer than allowed', '<r></r>', { maxBytes: 6 }, 'INDEX_TOO_LARGE'],
    ['nested deeper than allowed', '<a><b/></a>', { maxDepth: 1 }, 'INDEX_INVALID'],
    ['with a text longer than allowed', `<t>${'x'.repeat(200)}</t>`, { maxTokenBytes: 100 }, 'INDEX_INVALID'],
    ['not closed', '<r>', {}, 'INDEX_INVALID'],
    ['empty', '', {}, 'INDEX_INVALID'],
  ])('that is %s is refused', async (_what, xml, options, code) => {
    await expect(heard(xml, options)).rejects.toMatchObject({ code, message: expect.stringContaining('x.xml') });
  });
});
