import { describe, expect, test } from 'vitest';
import { isPlaceholder, isSecretSaid } from '../../../../../lambdas/mendix/secrets/credential/said.ts';

describe('a line that names a secret and gives it', () => {
  test.each([
    'The password is summer.',
    'password: summer',
    'password : summer',
    'Hello\nthe password is summer!\nBye',
    'Ihr Kennwort ist Sommer',
    'mot de passe : tournesol',
    'palabra clave: verano',
    'The password for the server of shop is summer',
    'the (password) is summer',
    'the connection string: summer',
    'el codigo de acceso: verano',
    `${'x'.repeat(51)}password: summer`,
  ])('%s', (text) => expect(isSecretSaid(text)).toBe(true));

  test.each([
    'The password is required.',
    'The password is used for the server.',
    'password:',
    'password',
    'The password for the server of the old and dear shop is summer',
    'password summer',
    'so it is: password summer',
    'The weather is summer.',
    'The password\nis summer.',
    `${'p'.repeat(53)}password: summer and ${'x'.repeat(10)} is`.replace('password:', 'passwordx:'),
  ])('not: %s', (text) => expect(isSecretSaid(text)).toBe(false));
});

test.each([
  ...['{1}', `\${secret}`, '%PW%', '[%pw%]', '<password>', '***', 'xxx', 'none', 'required', 'encrypted', 'optional.'],
  ...['verplicht', 'erforderlich', 'requis', 'obligatorio', 'unchangeable', 'invalid!'],
])('%s stands for a value', (text) => expect(isPlaceholder(text)).toBe(true));

test.each(['summer', 'none1', 'required2024', '{1}summer', 'summer{1}', 'Winter2024!'])('%s is a value', (text) => {
  expect(isPlaceholder(text)).toBe(false);
});
