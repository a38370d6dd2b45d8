import { expect, it } from 'vitest';
import { GENERATED_SECRETS, SALT_SECRET, secretsToRetain } from '../../../src/install/state/retained-secrets.ts';

const secrets = Object.fromEntries([...GENERATED_SECRETS, SALT_SECRET].map((name) => [name, `${name}!`]));

it('everything that was generated is kept', () => {
  expect(secretsToRetain(secrets, {})).toEqual(secrets);
});

it.each(GENERATED_SECRETS)('%s is not kept when the configuration says it', (name) => {
  const retained = secretsToRetain(secrets, { [name]: 'mine' });
  expect(Object.keys(retained)).toEqual(Object.keys(secrets).filter((one) => one !== name));
});
