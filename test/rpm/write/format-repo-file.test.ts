import { describe, expect, it } from 'vitest';
import { formatRepoFile } from '../../../src/rpm/write/format-repo-file.ts';

describe('pigsty.repo', () => {
  it('switches module filtering off and the metadata signature on when there is one', () => {
    expect(formatRepoFile({ baseUrl: 'file:///www/pigsty', gpgKeyUrl: 'file:///www/pigsty/key.asc' })).toBe(
      '[pigsty-local]\nname=Pigsty Local Repo\nbaseurl=file:///www/pigsty\nenabled=1\ngpgcheck=0\nrepo_gpgcheck=1\n' +
        'gpgkey=file:///www/pigsty/key.asc\nmodule_hotfixes=1\npriority=1\n',
    );
    expect(formatRepoFile({ baseUrl: 'file:///www/pigsty', gpgKeyUrl: null })).toContain('\nrepo_gpgcheck=0\n');
  });
});
