import { describe, expect, it } from 'vitest';
import { ADMIN_IP, substitute } from '../../../src/config/inventory/substitute.ts';

const variables: Readonly<Record<string, unknown>> = {
  admin_ip: '10.0.0.1',
  base: '/srv',
  nested: '{{ base }}/x',
  port: 80,
  list: ['a'],
  self: '{{ self }}',
};
const lookup = (name: string) => (name in variables ? { value: variables[name], origin: 'x' } : undefined);

describe('substitute', () => {
  it.each<[string, unknown, unknown]>([
    ['the placeholder of Pigsty, wherever it stands', `http://${ADMIN_IP}:80/${ADMIN_IP}`, 'http://10.0.0.1:80/10.0.0.1'],
    ['a bare variable', '{{ base }}/infra', '/srv/infra'],
    ['a variable of a variable', '{{nested}}', '/srv/x'],
    ['a whole text, which keeps the kind of its value', '{{ port }}', 80],
    ['a whole text that is a list', '{{- list -}}', ['a']],
    ['texts in lists and maps', { a: [{ b: '{{ base }}' }], c: 1, d: null }, { a: [{ b: '/srv' }], c: 1, d: null }],
    ['a dollar that names nothing', '$base', '$base'],
  ])('replaces %s', (_, value, expected) => {
    expect(substitute(value, lookup)).toEqual({ value: expected });
  });

  it.each<[string, unknown, string]>([
    ['an unknown variable', '{{ nobody }}', 'a known variable instead of "nobody"'],
    ['an unknown variable deep inside', { a: ['x {{ nobody }}'] }, 'a known variable instead of "nobody"'],
    ['a variable that is itself', '{{ self }}', 'references that end somewhere, not in a circle'],
    ['a filter', "{{ base | default('x') }}", 'no template beyond {{ name }}: write the value itself'],
    ['a statement', '{% if x %}a{% endif %}', 'no template beyond {{ name }}: write the value itself'],
  ])('refuses %s', (_, value, fault) => {
    expect(substitute(value, lookup)).toEqual({ fault });
  });
});
