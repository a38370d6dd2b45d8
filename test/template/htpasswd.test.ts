import { describe, expect, it } from 'vitest';
import { formatHtpasswd } from '../../src/template/htpasswd.ts';

describe('formatHtpasswd', () => {
  const users = { a: 'x', b: 'x' };

  it('has a hash for every user, the same every time', () => {
    const text = formatHtpasswd(users, 's1');
    expect(text).toMatch(/^a:\$apr1\$[0-9a-f]{8}\$\S{22}\nb:\$apr1\$\S+\n$/);
    expect(formatHtpasswd(users, 's1')).toBe(text);
  });

  it('has other hashes for another secret, and for the same password of another user', () => {
    const hashes = (secret: string) =>
      formatHtpasswd(users, secret)
        .trimEnd()
        .split('\n')
        .map((line) => line.split(':')[1]);
    expect(new Set([...hashes('s1'), ...hashes('s2')]).size).toBe(4);
  });

  it('is empty without users', () => {
    expect(formatHtpasswd({}, 's')).toBe('');
  });
});
