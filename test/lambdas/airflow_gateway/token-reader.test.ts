import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { callerOfToken } from '../../../lambdas/airflow_gateway/caller.ts';
import { publishedKeys } from '../../../lambdas/airflow_gateway/published-keys.ts';
import { TokenReader } from '../../../lambdas/airflow_gateway/token-reader.ts';
import { InvalidTokenError } from '../../../lambdas/request-errors.ts';
import { TokenSigner } from '../../../packages/local-aws/cognito/token-signer.ts';
import { GITLAB_JOB } from '../../gitlab-job.ts';

const GITLAB = 'https://gitlab.example.com';
const POOL = 'eu-west-1_AbCdEfGhI';
const AUDIENCE = 'https://airflow.example.com';
const settings = {
  issuers: { gitlab: { issuer: GITLAB, audience: AUDIENCE, jwks_uri: `${GITLAB}/oauth/discovery/keys` } },
  pipelines: {
    etl: { issuer: 'gitlab', project_path: 'data/etl', project_id: '4711', ref_protected: true },
    'etl-any-branch': { issuer: 'gitlab', project_path: 'data/etl', project_id: null, ref_protected: false },
    reports: { issuer: 'gitlab', project_path: 'data/reports', project_id: null, ref_protected: true },
  },
};
const JOB = {
  aud: AUDIENCE,
  ...GITLAB_JOB,
  user_login: 'mallory',
};

let gitlab: TokenSigner;
let cognito: TokenSigner;
let server: Server;
let reader: TokenReader;
let fetched: string[];
let answers: (path: string) => { status: number; body: string };

beforeAll(async () => {
  gitlab = await TokenSigner.create(GITLAB);
  cognito = await TokenSigner.create(`https://cognito-idp.eu-west-1.amazonaws.com/${POOL}`);
  server = createServer((request, response) => {
    const { status, body } = answers(request.url ?? '');
    fetched.push(request.url ?? '');
    response.writeHead(status, { location: '/elsewhere' }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => server.close());
beforeEach(() => {
  fetched = [];
  answers = (path) => ({
    status: 200,
    body: JSON.stringify(path.includes('discovery') ? gitlab.jwks() : cognito.jwks()),
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const pool = { userPoolId: POOL, clients: new Map([['client-id-1', 'starter']]) };
  reader = new TokenReader(
    settings,
    pool,
    publishedKeys((uri) => `${origin}${new URL(uri).pathname}`),
  );
});

const readJob = async (claims: Record<string, unknown> = {}) =>
  reader.read(`Bearer ${await gitlab.sign({ ...JOB, ...claims } as never)}`);

describe('a job', () => {
  test('has every entry of its project that its branch may have', async () => {
    const reading = await readJob();
    expect(reading).toMatchObject({ kind: 'pipeline', principal: 'pipeline:etl,etl-any-branch' });
    expect(callerOfToken(reading)).toEqual({
      kind: 'pipelines',
      principal: 'pipeline:etl,etl-any-branch',
      detail: 'data/etl@main job 42',
      entries: ['etl', 'etl-any-branch'],
      scopes: null,
      provider: null,
    });
  });

  test('on a branch that is not protected has only what asks for no protection', async () => {
    for (const ref_protected of ['false', false, undefined, 'TRUE', 1]) {
      expect(JSON.parse((await readJob({ ref_protected }))?.entries ?? '')).toEqual(['etl-any-branch']);
    }
  });

  test('of a project that took over the path of another has not what names the other’s number', async () => {
    expect(JSON.parse((await readJob({ project_id: '9999' }))?.entries ?? '')).toEqual(['etl-any-branch']);
  });

  test('of another project is nobody, however near its path', async () => {
    for (const project_path of [
      'evil/etl',
      'data/etl2',
      'data/etl/',
      'DATA/ETL',
      'data/etl\n',
      'x/data/etl',
      '',
      ['data/etl'],
    ]) {
      expect(await readJob({ project_path, sub: JOB.sub })).toBeNull();
    }
  });

  test('cannot write into the log by what its branch is called', async () => {
    const ref = `main"}\n{"event":"mrt.audit"${'x'.repeat(500)}`;
    const { detail } = (await readJob({ ref })) ?? { detail: '' };
    expect(detail).not.toMatch(/["\n{}]/);
    expect(detail.length).toBeLessThan(330);
  });
});

describe('a token is refused', () => {
  const refused = async (token: string) => expect(reader.read(`Bearer ${token}`)).rejects.toThrow(InvalidTokenError);

  test('for others beside the gateway, who could send it here', async () => {
    for (const aud of [
      [AUDIENCE, 'https://vault.example.com'],
      [AUDIENCE, AUDIENCE],
    ]) {
      await refused(await gitlab.sign({ ...JOB, aud } as never));
    }
    expect(await readJob({ aud: [AUDIENCE] })).not.toBeNull();
  });

  test('for another audience, another issuer, without an end, or after it', async () => {
    await refused(await gitlab.sign({ ...JOB, aud: 'https://vault.example.com' }));
    await refused(await gitlab.sign({ ...JOB, iss: 'https://gitlab.evil.example' }));
    await refused(await gitlab.sign({ ...JOB, iss: `${GITLAB}/` }));
    await refused(await gitlab.sign(JOB, -120));
    await refused(await gitlab.sign({ ...JOB, exp: undefined } as never));
  });

  test('when another key signed it, or none, or the public key as if it were a secret', async () => {
    const { privateKey } = await generateKeyPair('RS256');
    const [key] = gitlab.jwks().keys;
    const claims = { ...JOB, iss: GITLAB, exp: Math.floor(Date.now() / 1000) + 300 };
    await refused(await new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: key?.kid ?? '' }).sign(privateKey));
    await refused(new UnsecuredJWT(claims).encode());
    const secret = new TextEncoder().encode(JSON.stringify(key));
    await refused(await new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: key?.kid ?? '' }).sign(secret));
  });

  test('when an issuer signs for another: GitLab’s key makes no access token, and the pool’s no job', async () => {
    await refused(await gitlab.sign({ ...JOB, iss: cognito.issuer, client_id: 'client-id-1', token_use: 'access' }));
    await refused(await cognito.sign({ ...JOB, iss: GITLAB }));
  });

  test.each([
    undefined,
    '',
    'Bearer',
    'Bearer ',
    'Basic abc',
    'Bearer a.b',
    'Bearer a.b.c, Bearer a.b.c',
    `Bearer ${'a'.repeat(9000)}.b.c`,
  ])('that is none: %j', async (header) => {
    await expect(reader.read(header)).rejects.toThrow(InvalidTokenError);
    expect(fetched).toEqual([]);
  });
});

describe('an access token of the API', () => {
  const claims = { sub: 'client-id-1', client_id: 'client-id-1', token_use: 'access', scope: 'mrt/airflow.read' };

  test('of a client has the entry of its name, and its own scopes', async () => {
    const reading = await reader.read(`Bearer ${await cognito.sign(claims)}`);
    expect(callerOfToken(reading)).toMatchObject({
      kind: 'clients',
      principal: 'client:starter',
      entries: ['starter'],
      scopes: new Set(['mrt/airflow.read']),
    });
  });

  test('of a person has the entries of its groups', async () => {
    const person = { ...claims, sub: '7f0c', 'cognito:groups': ['production'] };
    const reading = await reader.read(`Bearer ${await cognito.sign(person)}`);
    expect(callerOfToken(reading)).toMatchObject({ kind: 'groups', principal: 'person:7f0c', entries: ['production'] });
  });

  test.each([
    ['BankA_7f0c@bank-a.example', 'banka'],
    ['5a1f0c9e-2b7d-4c55-9d13-0a4b6c8d9e0f', null],
    [undefined, null],
  ])('of a person with the user name %j says by which provider it came: %j', async (username, provider) => {
    const person = { ...claims, sub: '7f0c', 'cognito:groups': ['production'], ...(username && { username }) };
    expect(callerOfToken(await reader.read(`Bearer ${await cognito.sign(person)}`)).provider).toBe(provider);
  });

  test('that is an id token, or another client’s, is refused', async () => {
    for (const change of [{ token_use: 'id' }, { client_id: 'other', sub: 'other' }, { client_id: 'constructor' }]) {
      const token = await cognito.sign({ ...claims, ...change });
      await expect(reader.read(`Bearer ${token}`)).rejects.toThrow(InvalidTokenError);
    }
  });
});

describe('the issuer’s keys', () => {
  test('are fetched once for many tokens, and again for a key that is new', async () => {
    await readJob();
    await readJob();
    expect(fetched).toHaveLength(1);
    await gitlab.rotate();
    await readJob();
    expect(fetched).toHaveLength(2);
  });

  test('that cannot be had say nothing about the token', async () => {
    for (const status of [500, 404, 302]) {
      answers = () => ({ status, body: '' });
      const failed = readJob();
      await expect(failed).rejects.toThrow();
      await expect(failed).rejects.not.toThrow(InvalidTokenError);
    }
  });
});

describe('a decision that is kept', () => {
  const context = { kind: 'client', principal: 'client:x', entries: '["x"]', scopes: '[]', detail: '', expires: 1_000 };
  test('does not outlive the token', () => {
    expect(callerOfToken(context, 999_999).entries).toEqual(['x']);
    expect(() => callerOfToken(context, 1_000_000)).toThrow(InvalidTokenError);
  });

  test('is none in any other shape', () => {
    for (const other of [
      undefined,
      null,
      {},
      { ...context, expires: 'never' },
      { ...context, kind: 'role' },
      { ...context, entries: 'x' },
    ]) {
      expect(() => callerOfToken(other, 0)).toThrow();
    }
  });
});
