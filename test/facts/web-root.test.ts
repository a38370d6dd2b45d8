import { expect, it } from 'vitest';
import { webRoot } from '../../src/facts/web-root.ts';
import { testFact } from '../support/fact-cases.ts';

testFact(webRoot());

it('looks at the web root and at the repository of the name that was given', () => {
  const { script } = webRoot({ webRoot: '/srv/my web', repoName: 'mypkg' });
  expect(script).toContain("describe '/srv/my web'\ncd '/srv/my web/mypkg'");
});
