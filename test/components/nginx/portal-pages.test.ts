import { describe, expect, it } from 'vitest';
import { componentMounts, MOUNT_PATHS } from '../../../src/components/kit/component-mounts.ts';
import { portalPages } from '../../../src/components/nginx/portal-pages.ts';
import { parseInventory } from '../../../src/config/inventory/inventory.ts';
import { type ComponentOptions, desiredOf, WITH_NODE, without } from '../component-lab.ts';

function page(name: string, options: ComponentOptions = {}): string {
  const found = portalPages(desiredOf(options)).find((one) => one.name === name);
  if (found === undefined) throw new Error(`no page ${name}`);
  return found.content;
}

describe('portalPages', () => {
  it('are the home page in two languages and one for what is not there', () => {
    expect(portalPages(desiredOf()).map(({ name }) => name)).toEqual(['index.html', 'zh.html', '404.html']);
    expect(page('zh.html')).toContain('主机');
    expect(portalPages(desiredOf({ change: (desired) => ({ ...desired, assets: new Map() }) }))).toEqual([]);
  });

  it('have no script, and load nothing from elsewhere', () => {
    for (const { content } of portalPages(desiredOf())) expect(content).not.toMatch(/<script|src="https?:|<link[^>]+https?:/);
  });

  it('show cards of components that are there, and no others', () => {
    const gone = componentMounts(desiredOf({ vars: 'vmalert_enabled: no', change: without('vlogs') })).map(({ path }) => path);
    const html = page('index.html', { vars: 'vmalert_enabled: no', change: without('vlogs') });
    expect(html).toContain('href="/vmetrics/vmui/"');
    const links = [...html.matchAll(/href="([^"]*)"/g)].map((match) => match[1] ?? '');
    const mounted = links.filter((link) => MOUNT_PATHS.some((path) => link.startsWith(path)));
    expect(mounted.length).toBeGreaterThan(0);
    expect(mounted.filter((link) => !gone.some((path) => link.startsWith(path)))).toEqual([]);
  });

  it('name every host with its page of HAProxy', () => {
    const inventory = parseInventory(WITH_NODE, 'x');
    expect(page('index.html', { inventory })).toContain('href="/haproxy/node-10-10-10-20/"');
    expect(page('index.html', { inventory, change: without('haproxy') })).not.toContain('/haproxy/');
  });

  it.each([
    ['a site over plain HTTP', '', 'http://x.test/'],
    ['a site that enforces TLS', ', enforce_https: true', 'https://x.test/'],
  ])('link to %s', (_, more, url) => {
    const vars = `infra_portal: { home: { domain: i.pigsty }, x: { domain: x.test, path: /x${more} } }`;
    expect(page('index.html', { vars })).toContain(`href="${url}"`);
  });

  it('neither run nor show as markup what a configuration says', () => {
    const card = '{ name: "<b>x", url: "javascript:alert(1)", desc: "y" }';
    const html = page('index.html', { vars: `infra_services: [], infra_extra_services: [${card}]` });
    expect(html).toContain('&lt;b&gt;x');
    expect(html).not.toContain('javascript:');
  });
});
