/** Sign-in of a person against Cognito's stand-in: the real code, the real PKCE. */
import { readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { keptToken } from '@mrt/cli/profile/kept-tokens.ts';
import { chosenProfile } from '@mrt/cli/profile/profiles.ts';
import { claimsOf } from '@mrt/cli/profile/token-provider.ts';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { API, clicked, Person } from './person.ts';

let person: Person;
beforeAll(async () => {
  person = await Person.meet();
});
afterAll(() => person.cognito.close());
beforeEach(() => person.moveOut());

describe('a person', () => {
  test('is signed in by a browser, and only what is needed is kept, for its owner alone', async () => {
    const code = await person.login([], async (address) => fetch(await clicked(address)));
    expect([code, person.said]).toEqual([0, expect.stringContaining('profile prod: signed in as operators')]);
    const kept = keptToken(person.folder, 'prod');
    expect(claimsOf(kept?.access_token ?? '')).toMatchObject({
      username: 'operators',
      client_id: 'people',
      token_use: 'access',
    });
    const text = readFileSync(join(person.folder, 'tokens.json'), 'utf8');
    expect(Object.keys(JSON.parse(text).prod).sort((a, b) => a.localeCompare(b))).toEqual([
      'access_token',
      'client_id',
      'expires_at',
      'refresh_token',
      'token_endpoint',
    ]);
    expect(statSync(join(person.folder, 'tokens.json')).mode & 0o777).toBe(0o600);
    expect(chosenProfile(undefined, person.variables)).toMatchObject({ name: 'prod', clientSecret: null });
  });

  test('asks with PKCE and a state, and for no more scopes than it is told', async () => {
    let asked = new URL('http://x');
    await person.login(['--scope', 'openid', 'mrt/users.read'], async (address) => {
      asked = new URL(address);
      await fetch(await clicked(address));
    });
    expect(Object.fromEntries(asked.searchParams)).toMatchObject({
      response_type: 'code',
      code_challenge_method: 'S256',
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      state: expect.stringMatching(/^[\w-]{43}$/),
      scope: 'openid mrt/users.read',
    });
    expect(claimsOf(keptToken(person.folder, 'prod')?.access_token ?? '')['scope']).toBe('openid mrt/users.read');
  });

  test('whose code somebody else catches loses nothing: without the verifier it is worthless', async () => {
    await person.login([], async (address) => {
      const location = new URL(await clicked(address));
      const body = new URLSearchParams({
        grant_type: 'authorization_code',
        client_id: 'people',
        code: location.searchParams.get('code') ?? '',
        redirect_uri: person.redirect,
        code_verifier: 'x'.repeat(43),
      });
      const caught = await fetch(person.endpoint, { method: 'POST', body });
      expect([caught.status, await caught.json()]).toEqual([400, { error: 'invalid_grant' }]);
      await fetch(location);
    });
    expect(person.said).toContain('invalid_grant');
    expect(keptToken(person.folder, 'prod')).toBeUndefined();
  });

  test('is not signed in as somebody else by a page that sends the browser here', async () => {
    const answers: number[] = [];
    const code = await person.login([], async (address) => {
      const location = new URL(await clicked(address));
      for (const forged of ['', 'state=x&code=y', `state=${'A'.repeat(43)}&code=y`, 'error=access_denied']) {
        answers.push((await fetch(`${person.redirect}?${forged}`)).status);
      }
      const elsewhere = new URL(location);
      elsewhere.pathname = '/other';
      answers.push((await fetch(elsewhere)).status);
      await fetch(location);
    });
    expect([code, answers]).toEqual([0, [404, 404, 404, 404, 404]]);
  });

  test('who says no, or asks for too much, ends with 3 and Cognito’s word', async () => {
    const code = await person.login([], async (address) => {
      const state = new URL(address).searchParams.get('state');
      await fetch(`${person.redirect}?error=access_denied&state=${state}`);
    });
    expect([code, person.said]).toEqual([3, expect.stringContaining('the sign-in was refused: access_denied')]);
    person.said = '';
    expect(await person.login(['--scope', 'mrt/everything'], (address) => fetch(address))).toBe(3);
    expect(person.said).toContain('invalid_scope');
  });

  test.each(['https://example.com/callback', 'http://example.com:8400/callback', 'http://0.0.0.0:8400/', 'callback'])(
    'comes back to this machine and nowhere else: %s',
    async (elsewhere) => {
      const words = [
        'login',
        ...API,
        '--token-endpoint',
        person.endpoint,
        '--client-id',
        'people',
        '--redirect',
        elsewhere,
      ];
      expect(await person.run(words)).toBe(2);
    },
  );

  test('is told which port is taken', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(Number(new URL(person.redirect).port), '127.0.0.1', resolve));
    const words = [
      'login',
      ...API,
      '--token-endpoint',
      person.endpoint,
      '--client-id',
      'people',
      '--redirect',
      person.redirect,
    ];
    expect(await person.run(words)).toBe(3);
    expect(person.said).toMatch(/port \d+ is taken/);
    await new Promise((resolve) => server.close(resolve));
  });
});
