import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { shellWord } from '../../../../src/cli/bundle/render/shell-word.ts';

it.each(['d12.x86_64.lock', '/media/usb/größe.tgz', 'a+b@c:1,2%=-'])('%s stays as it is', (text) => {
  expect(shellWord(text)).toBe(text);
});

it.each(['two words', "it's", "''", '$HOME', '`id`', 'a\nb', '*', '~', '', 'a;b', 'a&b', '"', '\\'])(
  '%j comes back from a shell',
  (text) => {
    const word = shellWord(text);
    expect(word).toMatch(/^'/);
    expect(execFileSync('sh', ['-c', `printf %s ${word}`], { env: { HOME: '/x' } }).toString()).toBe(text);
  },
);
