import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { registrations } from '../../tools/registrations.ts';
import { CognitoService } from './cognito-service.ts';

const TOOL = fileURLToPath(new URL('../../tools/registrations-file.ts', import.meta.url));
const CONFIG = fileURLToPath(new URL('../../config/example.json', import.meta.url));
const SECRET = 'kept4secret7kept4secret7kept4secret7';

let cognito: CognitoService;
let address: string;
let folder: string;
const backup = () => join(folder, 'backup.json');
const written = () => registrations.parse(JSON.parse(readFileSync(backup(), 'utf8')));

beforeEach(async () => {
  cognito = new CognitoService();
  address = await cognito.start();
  folder = mkdtempSync(join(tmpdir(), 'mrt-registrations-'));
  deploy({ monitoring: 'old1', 'sales-reporting': 'old2' });
  cognito.secrets.set('old1', [SECRET]).set('old2', [SECRET]);
  const person = (email: string, groups: string[], status = 'CONFIRMED', enabled = true) =>
    cognito.users.set(email, { email, groups, status, enabled });
  person('a@example.com', ['operators', 'shop-owners']);
  person('b@example.com', []);
  person('c@example.com', ['operators'], 'CONFIRMED', false);
  person('Company_d@example.com', ['eu-west-1_abc_Company'], 'EXTERNAL_PROVIDER');
});
afterEach(() => cognito.stop());

/** The outputs of a deployment, in the folder from which the tools run. */
function deploy(clientIds: Record<string, string>): void {
  mkdirSync(join(folder, '.deploy'), { recursive: true });
  const outputs = { UserPoolId: 'eu-west-1_abc', ClientIds: JSON.stringify(clientIds) };
  writeFileSync(join(folder, '.deploy', 'prod.json'), JSON.stringify({ 'mrt-prod': outputs }));
}

/** A pool made anew, with clients of other ids and nobody in it. */
function deployAnew(): void {
  cognito.users.clear();
  cognito.secrets.clear();
  cognito.secrets.set('new1', ['generated']).set('new2', ['generated', 'another']);
  deploy({ monitoring: 'new1', 'sales-reporting': 'new2' });
}

async function run(...words: string[]): Promise<string> {
  const env = {
    PATH: process.env['PATH'],
    ...{ AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b', AWS_MAX_ATTEMPTS: '1' },
    AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: address,
  };
  const { stdout } = await promisify(execFile)(process.execPath, [TOOL, ...words], { cwd: folder, env });
  return stdout;
}

describe('a backup', () => {
  test('has every client and everybody of the pool, over all pages; who comes by a provider is not in it', async () => {
    expect(await run('backup', CONFIG, backup())).toContain('2 clients, 3 people');
    expect(written()).toMatchObject({
      stage: 'prod',
      clients: { monitoring: { client_id: 'old1' }, 'sales-reporting': { client_id: 'old2' } },
      people: [
        { email: 'a@example.com', groups: ['operators', 'shop-owners'], enabled: true },
        { email: 'b@example.com', groups: [], enabled: true },
        { email: 'c@example.com', groups: ['operators'], enabled: false },
      ],
    });
  });

  test('has secrets only when asked for, is for its owner only, and never replaces another', async () => {
    await run('backup', CONFIG, backup());
    expect(readFileSync(backup(), 'utf8')).not.toContain(SECRET);
    expect(statSync(backup()).mode & 0o777).toBe(0o600);
    await expect(run('backup', CONFIG, backup(), '--secrets')).rejects.toThrow('EEXIST');
    await run('backup', CONFIG, `${backup()}2`, '--secrets');
    expect(readFileSync(`${backup()}2`, 'utf8')).toContain(SECRET);
  });
});

describe('a restore into a pool made anew', () => {
  test('brings people with their groups, keeps secrets where there is room, and says what is left to do', async () => {
    await run('backup', CONFIG, backup(), '--secrets');
    deployAnew();
    const told = await run('restore', CONFIG, backup());
    expect(cognito.users.get('a@example.com')?.groups).toEqual(['operators', 'shop-owners']);
    expect([...cognito.users.keys()]).toEqual(['a@example.com', 'b@example.com']);
    expect(cognito.secrets.get('new1')).toEqual(['generated', SECRET]);
    expect(told).toContain('todo  client monitoring: tell the caller its new id new1, with the secret that it has');
    expect(told).toContain('todo  client sales-reporting: tell the caller its new id new2, with a new secret');
    expect(told).toContain('c@example.com was shut out, and is not brought back');
    expect(told).not.toContain(SECRET);
  });

  test('can be run again, and leaves what is there as it is', async () => {
    await run('backup', CONFIG, backup());
    deployAnew();
    await run('restore', CONFIG, backup());
    const after = structuredClone([...cognito.users]);
    expect(await run('restore', CONFIG, backup())).toContain('ok    a@example.com is there already');
    expect([...cognito.users]).toEqual(after);
  });

  test('into the pool that it was made of changes nothing', async () => {
    await run('backup', CONFIG, backup(), '--secrets');
    const before = structuredClone([[...cognito.users], [...cognito.secrets]]);
    expect(await run('restore', CONFIG, backup())).toContain('ok    client monitoring is the one of the file');
    expect([[...cognito.users], [...cognito.secrets]]).toEqual(before);
  });
});

describe('a mistake is named', () => {
  test.each<[string, () => void, string[], string]>([
    ['no file', () => undefined, ['backup', CONFIG], 'npm run backup -- config/<stage>.json <file> [--secrets]'],
    [
      'no deployment',
      () => writeFileSync(join(folder, '.deploy', 'prod.json'), '{}'),
      ['backup', CONFIG, 'x'],
      'deploy first',
    ],
    ['another kind of file', () => undefined, ['restore', CONFIG, CONFIG], 'is no file of npm run backup'],
    ['a file that is not there', () => undefined, ['restore', CONFIG, 'none.json'], 'none.json cannot be read'],
  ])('%s', async (_, change, words, message) => {
    change();
    await expect(run(...words)).rejects.toThrow(message);
  });

  test('a file of another stage', async () => {
    await run('backup', CONFIG, backup());
    writeFileSync(backup(), JSON.stringify({ ...written(), stage: 'dev' }));
    await expect(run('restore', CONFIG, backup())).rejects.toThrow('is of the stage dev, not of prod');
  });
});
