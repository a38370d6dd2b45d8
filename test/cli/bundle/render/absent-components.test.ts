import { expect, it } from 'vitest';
import { absentComponents } from '../../../../src/cli/bundle/render/absent-components.ts';

it('names what is absent and why, in the order of the index', () => {
  const components = {
    nginx: { packages: ['nginx'] },
    grafana: { absent: 'not in Debian' },
    odd: null,
    text: 'absent',
    chronyd: { absent: 'not asked for' },
  };
  expect(absentComponents(components)).toEqual([
    ['grafana', 'not in Debian'],
    ['chronyd', 'not asked for'],
  ]);
});

it('is empty where there is everything, or nothing', () => {
  expect(absentComponents({ nginx: { packages: [] } })).toEqual([]);
  expect(absentComponents({})).toEqual([]);
});
