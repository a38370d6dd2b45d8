import { describe, expect, it } from 'vitest';
import { mainConfig } from '../../../src/components/nginx/main-config.ts';
import { formatNginxConfig } from '../../../src/template/nginx-config.ts';

describe('mainConfig', () => {
  const lines = formatNginxConfig(mainConfig('www-data'))
    .split('\n')
    .map((line) => line.trim());

  it('runs workers as the package’s user', () => {
    expect(lines).toContain('user www-data;');
  });

  it('includes our servers, and no site of the distribution', () => {
    expect(lines.filter((line) => line.startsWith('include '))).toEqual([
      'include /etc/nginx/mime.types;',
      'include /etc/nginx/conf.d/*.conf;',
    ]);
  });

  it('redirects to paths, so that the reader keeps the port he came by', () => {
    expect(lines).toContain('absolute_redirect off;');
  });
});
