import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keepToken, keptToken } from '@mrt/cli/profile/kept-tokens.ts';
import { readPrivateJson, writePrivateJson } from '@mrt/cli/profile/private-file.ts';
import { chosenProfile, configFolder, saveProfile } from '@mrt/cli/profile/profiles.ts';
import { beforeEach, describe, expect, test } from 'vitest';

let home: string;
let variables: NodeJS.ProcessEnv;
const folder = () => join(home, 'mrt');
const PROD = {
  api: 'https://maas-api.example.com',
  token_endpoint: 'https://auth.example.com/oauth2/token',
  client_id: 'c1',
};

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'mrt-cli-profiles-'));
  variables = { XDG_CONFIG_HOME: home };
});

describe('a file with secrets', () => {
  test('is written for its owner alone, in a folder of its own, whatever the umask', () => {
    const before = process.umask(0);
    try {
      saveProfile(folder(), 'prod', { ...PROD, client_secret: 's3cret' });
    } finally {
      process.umask(before);
    }
    expect(statSync(folder()).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder(), 'profiles.json')).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder())).toEqual(['profiles.json']);
  });

  test.each([0o644, 0o640, 0o604, 0o620, 0o610])(
    'is refused with mode %o, and the secret is not in the message',
    (mode) => {
      saveProfile(folder(), 'prod', { ...PROD, client_secret: 's3cret' });
      const path = join(folder(), 'profiles.json');
      chmodSync(path, mode);
      expect(() => chosenProfile('prod', variables)).toThrow(/others may use it .*chmod 600/);
      expect(() => chosenProfile('prod', variables)).not.toThrow(/s3cret/);
      chmodSync(path, 0o400);
      expect(chosenProfile('prod', variables).clientSecret).toBe('s3cret');
    },
  );

  test('is looked at behind a link', () => {
    writeFileSync(join(home, 'open.json'), '{}', { mode: 0o644 });
    symlinkSync(join(home, 'open.json'), join(home, 'link.json'));
    expect(() => readPrivateJson(join(home, 'link.json'))).toThrow(/others may use it/);
  });

  test('keeps its old content when a new one cannot be written', () => {
    saveProfile(folder(), 'prod', PROD);
    const path = join(folder(), 'profiles.json');
    // Too long for the draft beside it; and a folder, which no file takes the place of.
    expect(() => writePrivateJson(join(folder(), 'x'.repeat(250)), {})).toThrow(/cannot be written/);
    expect(() => writePrivateJson(folder(), {})).toThrow(/cannot be written/);
    expect(readdirSync(home)).toEqual(['mrt']);
    expect(JSON.parse(readFileSync(path, 'utf8')).profiles.prod).toEqual(PROD);
    expect(readdirSync(folder())).toEqual(['profiles.json']);
  });

  test('that is no JSON is said to be none, without its content', () => {
    mkdirSync(folder(), { recursive: true });
    writeFileSync(join(folder(), 'profiles.json'), 's3cret', { mode: 0o600 });
    expect(() => chosenProfile('prod', variables)).toThrow(/profiles.json is no JSON that can be read$/);
  });
});

describe('which profile', () => {
  beforeEach(() => {
    saveProfile(folder(), 'prod', PROD);
    saveProfile(folder(), 'acc', { ...PROD, api: 'https://acc.example.com' });
  });

  test('is that of the option, else MRT_PROFILE, else MRT_API, else the first one made', () => {
    const set = { ...variables, MRT_API: 'https://other.example.com', MRT_TOKEN: 't' };
    expect(chosenProfile('acc', { ...set, MRT_PROFILE: 'prod' }).api).toBe('https://acc.example.com');
    expect(chosenProfile(undefined, { ...set, MRT_PROFILE: 'acc' }).api).toBe('https://acc.example.com');
    expect(chosenProfile(undefined, set)).toMatchObject({ api: 'https://other.example.com', token: 't', name: null });
    expect(chosenProfile(undefined, variables)).toMatchObject({ api: PROD.api, name: 'prod' });
  });

  test('may be a file like that of the local run, which must be as private', () => {
    const path = join(home, 'endpoints.json');
    writeFileSync(path, JSON.stringify({ ...PROD, api: 'http://127.0.0.1:3000', environment: 'shop-prod' }), {
      mode: 0o600,
    });
    expect(chosenProfile(path, variables)).toMatchObject({ name: null, environment: 'shop-prod', clientId: 'c1' });
    chmodSync(path, 0o644);
    expect(() => chosenProfile(path, variables)).toThrow(/others may use it/);
    expect(() => chosenProfile('./nowhere.json', variables)).toThrow('there is no file ./nowhere.json');
  });

  test('that is not there is an error that names those that are, and __proto__ is none', () => {
    expect(() => chosenProfile('test', variables)).toThrow(/no profile test .*there is: prod, acc/);
    expect(() => chosenProfile('__proto__', variables)).toThrow(/no profile __proto__/);
    expect(() => chosenProfile(undefined, { XDG_CONFIG_HOME: join(home, 'empty') })).toThrow(/mrt login --help/);
  });

  test.each(['http://maas-api.example.com', 'http://localhost.example.com', 'ftp://x', 'maas-api.example.com'])(
    'asks no address that would carry a token in clear: %s',
    (api) => {
      expect(() => chosenProfile(undefined, { MRT_API: api })).toThrow(/must be an https address/);
    },
  );

  test('stands in the XDG folder, and a relative one is ignored', () => {
    expect(configFolder({ XDG_CONFIG_HOME: '/x' })).toBe('/x/mrt');
    expect(configFolder({ XDG_CONFIG_HOME: 'x' })).toMatch(/\/\.config\/mrt$/);
  });
});

test('a token is kept for its profile alone, and can be forgotten', () => {
  const token = { access_token: 'a', expires_at: 1, client_id: 'c1', token_endpoint: 'e' };
  keepToken(folder(), 'prod', token);
  expect(statSync(join(folder(), 'tokens.json')).mode & 0o777).toBe(0o600);
  expect([keptToken(folder(), 'prod'), keptToken(folder(), 'acc'), keptToken(folder(), 'constructor')]).toEqual([
    token,
    undefined,
    undefined,
  ]);
  expect([keepToken(folder(), 'prod', undefined), keepToken(folder(), 'prod', undefined)]).toEqual([true, false]);
});
