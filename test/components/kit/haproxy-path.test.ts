import { expect, it } from 'vitest';
import { formatHaproxyConfig } from '../../../src/components/haproxy/haproxy.ts';
import { haproxyPath } from '../../../src/components/kit/haproxy-path.ts';
import { haproxyFiles } from '../../../src/components/nginx/haproxy-files.ts';
import { desiredOf } from '../component-lab.ts';

it('haproxyPath is where HAProxy serves its page and where the portal looks for it', () => {
  const desired = desiredOf();
  const path = haproxyPath(desired.host.nodename);
  expect(path).toBe('/haproxy/node-10-10-10-10/');
  expect(formatHaproxyConfig(desired, ':1', 'haproxy')).toContain(` stats uri ${path}\n`);
  expect(
    haproxyFiles(desired)
      .map(({ content }) => content)
      .join(''),
  ).toContain(`location ^~ ${path} {`);
});
