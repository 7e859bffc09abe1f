/** What is kept of a sign-in, and what is made of it: a person's and a machine's. */
import { keepToken, keptToken } from '@mrt/cli/profile/kept-tokens.ts';
import { chosenProfile } from '@mrt/cli/profile/profiles.ts';
import { tokenProvider } from '@mrt/cli/profile/token-provider.ts';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { API, clicked, Person } from './person.ts';

let person: Person;
beforeAll(async () => {
  person = await Person.meet();
});
afterAll(() => person.cognito.close());
beforeEach(() => person.moveOut());

describe('a sign-in that was before', () => {
  const used = async () => {
    const variables = person.variables;
    return tokenProvider(chosenProfile('prod', variables), person.folder)({ refused: null, signal: undefined });
  };
  const age = (change: object) => {
    const kept = keptToken(person.folder, 'prod');
    if (kept !== undefined) keepToken(person.folder, 'prod', { ...kept, ...change });
  };
  beforeEach(() => person.login([], async (address) => fetch(await clicked(address))));

  test('is used while it is good, and renewed by its refresh token', async () => {
    const first = await used();
    expect(await used()).toBe(first);
    age({ expires_at: 1 });
    const second = await used();
    expect(second).not.toBe(first);
    expect(await used()).toBe(second);
    // Cognito gives no new one unless rotation is on.
    expect(keptToken(person.folder, 'prod')?.refresh_token).toMatch(/^.{100}/);
  });

  test('that has ended is an error that says how to sign in', async () => {
    age({ expires_at: 1, refresh_token: 'withdrawn' });
    await expect(used()).rejects.toThrow('your sign-in has ended: mrt login prod');
  });

  test('of another client or endpoint is not used', async () => {
    age({ client_id: 'other' });
    await expect(used()).rejects.toThrow('you are not signed in: mrt login prod');
  });

  test('is forgotten by logout', async () => {
    expect(await person.run(['logout', 'prod'])).toBe(0);
    await expect(used()).rejects.toThrow('you are not signed in');
  });
});

describe('a machine', () => {
  const words = () => [
    'login',
    'ci',
    ...API,
    '--token-endpoint',
    person.endpoint,
    '--client-id',
    'machine',
    '--machine',
  ];

  test('gives its secret by standard input, which is proved before it is kept', async () => {
    expect(await person.run(words(), 'wrong\n')).toBe(3);
    expect(await person.run(['profiles'])).toBe(0);
    expect(person.said).toContain('no profile yet');
    const client = person.cognito.pool.clients.find(({ id }) => id === 'machine');
    const secret = client === undefined ? '' : (person.cognito.pool.secretOf(client) ?? '');
    person.said = '';
    expect(await person.run(words(), `${secret}\n`)).toBe(0);
    expect(chosenProfile('ci', person.variables).clientSecret).toBe(secret);
    expect(await person.run(['profiles'])).toBe(0);
    expect(person.said).not.toContain(secret);
    expect(person.said).toMatch(/ci \* +https:\/\/maas-api.example.com +machine/);
  });

  test('pays for one token an hour and not for one a command', async () => {
    const client = person.cognito.pool.clients.find(({ id }) => id === 'machine');
    const secret = client === undefined ? '' : (person.cognito.pool.secretOf(client) ?? '');
    await person.run(words(), secret);
    const profile = chosenProfile('ci', person.variables);
    const first = await tokenProvider(profile, person.folder)({ refused: null, signal: undefined });
    expect(await tokenProvider(profile, person.folder)({ refused: null, signal: undefined })).toBe(first);
    expect(await tokenProvider(profile, person.folder)({ refused: first, signal: undefined })).not.toBe(first);
    // Nothing is kept for what has no name.
    const nameless = tokenProvider({ ...profile, name: null }, person.folder);
    expect(await nameless({ refused: null, signal: undefined })).not.toBe(
      await tokenProvider(profile, person.folder)({ refused: null, signal: undefined }),
    );
  });

  test('has no option for a secret', async () => {
    expect(await person.run(['login', '--help'])).toBe(0);
    expect(person.said).not.toMatch(/--(client-)?secret/);
  });

  test('that gives none is told so', async () => {
    expect(await person.run(words(), '\n')).toBe(2);
    expect(person.said).toContain('no secret was given');
  });
});
