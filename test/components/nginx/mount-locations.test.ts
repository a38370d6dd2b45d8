import { describe, expect, it } from 'vitest';
import { componentMounts } from '../../../src/components/kit/component-mounts.ts';
import { mountLocations } from '../../../src/components/nginx/mount-locations.ts';
import { formatNginxConfig } from '../../../src/template/nginx-config.ts';
import { desiredOf, without } from '../component-lab.ts';

const text = formatNginxConfig(mountLocations(desiredOf()));
const stripped = componentMounts(desiredOf()).filter(({ component }) => component !== 'grafana');

describe('mountLocations', () => {
  it.each(stripped)('take the path of $component away, which serves from its root', ({ path, port }) => {
    expect(text).toContain(`location ${path} {\n    proxy_pass http://127.0.0.1:${port}/;\n`);
  });

  it('leave Grafana its path and its host, and its live channel a websocket', () => {
    expect(text).toContain('location /ui/ {\n    proxy_pass http://127.0.0.1:3000;\n    proxy_set_header Host $http_host;\n');
    expect(text).toMatch(/location \/ui\/api\/live\/ \{\n(?: {4}.*\n)* {4}proxy_set_header Upgrade \$http_upgrade;\n/);
  });

  it('never pass a name on that the browser made up', () => {
    expect(text).toContain('proxy_set_header X-WEBAUTH-USER "";');
  });

  it('lead links of dashboards back to the other mounts', () => {
    const [, words = ''] = /location ~ "?\^\/ui\(\/\(\?:([^)]*)\)\/\.\*\)\$"? \{\n {4}return 301 \$1\$is_args\$args;\n/.exec(text) ?? [];
    const mounted = stripped.map(({ path }) => path.replaceAll('/', ''));
    expect(words.split('|').filter((word) => word !== 'haproxy' && !mounted.includes(word))).toEqual([]);
    expect(words).toContain('vmetrics');
  });

  it('are none for what is switched off or not in the bundle', () => {
    const less = formatNginxConfig(mountLocations(desiredOf({ vars: 'alertmanager_enabled: no', change: without('grafana') })));
    expect(less).not.toMatch(/alertmgr|\/ui/);
    expect(less).toContain('location /vmetrics/ {');
  });
});
