import { expect, it } from 'vitest';
import { GENERATED_SECRETS, SALT_SECRET, secretsToKeep } from '../../../src/install/state/kept-secrets.ts';

const secrets = Object.fromEntries([...GENERATED_SECRETS, SALT_SECRET].map((name) => [name, `${name}!`]));

it('everything that was generated is kept', () => {
  expect(secretsToKeep(secrets, {})).toEqual(secrets);
});

it.each(GENERATED_SECRETS)('%s is not kept when the configuration says it', (name) => {
  const kept = secretsToKeep(secrets, { [name]: 'mine' });
  expect(Object.keys(kept)).toEqual(Object.keys(secrets).filter((one) => one !== name));
});
