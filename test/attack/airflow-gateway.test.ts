import type { ServerResponse } from 'node:http';
import { UnsecuredJWT } from 'jose';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { instanceKeys, keysOfJob, keysOfOtherAccount } from '../end-to-end/airflow-gateway-roles.ts';
import { type GatewaySystem, JOB, renew, sharedGatewaySystem } from '../end-to-end/airflow-gateway-system.ts';
import { signedHeaders } from '../packages/local-aws/signed-headers.ts';

let system: GatewaySystem;
let job: string;

beforeAll(async () => {
  system = await sharedGatewaySystem();
  job = await system.jobToken();
}, 300_000);
beforeEach(() => renew(system));

const START = '/airflow/etl-prod/dags/etl_daily/dagRuns';
const start = (token: string | null, path = START, body = '{}') => system.call(path, { method: 'POST', token, body });
const slugOf = (text: string) => (JSON.parse(text).type ?? '').split('/').at(-1);
const keysOf = (name: string) => instanceKeys(system, name);
const partnerKeys = (changes = {}) => keysOfOtherAccount(system, 'partner', changes);
const runnerKeys = async (claims = {}) => keysOfJob(system, 'gitlab-runner', await system.jobToken(claims));

describe('a run is started through the gateway', () => {
  test('by a GitLab job with its id token', async () => {
    const { status, text } = await start(job, START, '{"dag_run_id":"pipeline-7"}');
    expect([status, JSON.parse(text)]).toEqual([200, { dag_run_id: 'manual__1', state: 'queued' }]);
    expect(system.calls).toMatchObject([
      { Path: '/dags/etl_daily/dagRuns', Method: 'POST', Body: { dag_run_id: 'pipeline-7', logical_date: null } },
    ]);
  });

  test('by a client with an access token of the API', async () => {
    const token = await system.token({ client: 'etl-client' });
    expect((await start(token, '/airflow/etl-prod/dags/sales_daily/dagRuns')).status).toBe(200);
    expect(system.calls).toHaveLength(1);
  });

  test('by a role with a signature', async () => {
    const path = '/iam/etl-prod/dags/data_processing/dagRuns';
    const { status } = await system.signed(path, keysOf('app-server'), { method: 'POST', body: '{"conf":{}}' });
    expect(status).toBe(200);
    expect(system.calls).toMatchObject([{ Path: '/dags/data_processing/dagRuns', Method: 'POST' }]);
  });

  test('by a role that another account took, with the external id and with session tags', async () => {
    const keys = await partnerKeys({ Tags: [{ Key: 'app', Value: 'external' }] });
    const path = '/iam/etl-prod/dags/external_integration/dagRuns';
    expect((await system.signed(path, keys, { method: 'POST', body: '{}' })).status).toBe(200);
    expect(system.calls).toHaveLength(1);
    await expect(partnerKeys({ ExternalId: 'external-app-99999' })).rejects.toThrow(/not authorized/);
    await expect(partnerKeys({ ExternalId: undefined })).rejects.toThrow(/not authorized/);
  });

  test('by a role that a GitLab job took with its id token, and no other job takes', async () => {
    const path = '/iam/etl-prod/dags/etl_daily/dagRuns';
    const keys = await runnerKeys();
    expect((await system.signed(path, keys, { method: 'POST', body: '{}' })).status).toBe(200);
    expect((await system.signed('/iam/etl-acc/dags', keys)).status).toBe(403);
    expect(system.calls).toHaveLength(1);
    await expect(runnerKeys({ aud: 'https://vault' })).rejects.toMatchObject({ name: 'InvalidIdentityTokenException' });
    for (const sub of [
      'project_path:evil/etl:ref_type:branch:ref:main',
      `${JOB.sub}2`,
      JOB.sub.replace('branch', 'tag'),
    ]) {
      await expect(runnerKeys({ sub })).rejects.toThrow('Not authorized to perform sts:AssumeRoleWithWebIdentity');
    }
    await expect(runnerKeys({ iss: 'https://gitlab.com' })).rejects.toThrow('No OpenIDConnect provider found');
  });

  test('with Airflow’s own status and text, whatever they are', async () => {
    for (const [status, document] of [
      [409, { title: 'Conflict', detail: 'already exists' }],
      [404, { detail: 'DAG with dag_id: etl_daily not found' }],
      [500, { detail: 'Airflow’s own fault' }],
    ] as const) {
      Object.assign(system.airflow, { status, document });
      const reply = await start(job);
      expect([reply.status, JSON.parse(reply.text)]).toEqual([status, document]);
    }
  });
});

describe('a forbidden path, in every spelling, is refused without a call upstream', () => {
  test.each([
    ...['/connections', '/variables/password', '/config', '/dags/../variables', '/dags/..%2fvariables'],
    ...[
      '/dags/%2e%2e/variables',
      '/dags/%252e%252e/variables',
      '/dags/.%2e/variables',
      '//variables',
      '/dags//variables',
    ],
    ...['/dags/~/dagRuns', '/dags/%7e/dagRuns', '/dags/~', '/dags/etl_daily/dagRuns/~/taskInstances'],
    ...['/dags/etl_daily/dagRuns/x/taskInstances/load/xcomEntries', '/DAGS'],
    ...['/dags/etl_daily%00', '/dags/etl_daily%0d%0ax-a:%20b', '/dags/etl_daily;x', '/dags/etl_daily%3fx=1'],
    ...['/dags/etl_daily%23', '/dags/etl_daily\\..\\..\\variables', '/api/v2/variables', '/dags/etl_daily/'],
    ...['/dags/%ff', '/dags/%c0%af..%c0%afvariables', '/dags/etl_daily/clearTaskInstances', '/pools', '/users'],
  ])('%s', async (path) => {
    for (const posted of [{}, { method: 'POST', body: '{}' }]) {
      const { status, text } = await system.call(`/airflow/etl-prod${path}`, { token: job, ...posted });
      expect([posted, status, slugOf(text)]).toEqual([posted, 403, 'path-not-allowed']);
    }
    expect(system.calls).toEqual([]);
  });

  test.each(['PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'TRACE'])('%s of a path that may be read', async (method) => {
    const { status, text } = await system.call('/airflow/etl-prod/dags/etl_daily', { method, token: job });
    expect(status).toBe(403);
    if (method !== 'HEAD') expect(slugOf(text)).toBe('path-not-allowed');
    expect(system.calls).toEqual([]);
  });

  test('a method that a header or a parameter asks for in place of its own', async () => {
    const headers = { 'x-http-method-override': 'DELETE', 'x-http-method': 'PATCH', 'x-method-override': 'PUT' };
    const path = '/airflow/etl-prod/dags/etl_daily?_method=DELETE';
    expect((await system.call(path, { token: job, headers })).status).toBe(200);
    expect(system.calls).toMatchObject([{ Method: 'GET', Path: '/dags/etl_daily' }]);
    expect(system.calls[0]?.headers).not.toMatch(/override|x-http-method/i);
  });
});

describe('a token', () => {
  test('of another project is refused by the gateway, and so is one on a branch that is not protected', async () => {
    for (const claims of [
      { project_path: 'evil/etl' },
      { project_id: '4712' },
      { ref_protected: 'false' },
      { project_path: 'data/etl2' },
    ]) {
      const { status } = await start(await system.jobToken(claims as Record<string, string>));
      expect(status).toBe(403);
    }
    expect(system.calls).toEqual([]);
  });

  test('that is forged, of another audience, or none is 401, in the words of the API', async () => {
    const unsigned = new UnsecuredJWT({
      ...JOB,
      iss: 'https://gitlab.example.com',
      exp: Date.now() / 1000 + 300,
    }).encode();
    const [head, body] = job.split('.');
    for (const token of [
      null,
      '',
      'x',
      unsigned,
      `${head}.${body}.AAAA`,
      await system.jobToken({ aud: 'https://vault' }),
    ]) {
      const { status, text } = await start(token);
      expect([status, slugOf(text)]).toEqual([401, 'invalid-token']);
    }
    expect(system.calls).toEqual([]);
  });

  test('without the scope starts no run, though its entry has it; and reads no other environment', async () => {
    const token = await system.token({ client: 'etl-client', scopes: ['mrt/airflow.read'] });
    const { status, text } = await start(token, '/airflow/etl-prod/dags/sales_daily/dagRuns');
    expect([status, slugOf(text)]).toEqual([403, 'missing-scope']);
    const reader = await system.token({ client: 'etl-reader' });
    expect((await start(reader)).status).toBe(403);
    for (const environment of ['etl-acc', 'shop-prod', 'nowhere', 'etl-prod%2f..%2fetl-acc', 'ETL-PROD']) {
      expect((await system.call(`/airflow/${environment}/dags`, { token: reader })).status).toBe(404);
    }
    expect(system.calls).toEqual([]);
  });

  test('starts no DAG outside its list, nor one that only looks like one of it', async () => {
    for (const dag of ['etl_daily2', 'sales_daily', 'ETL_DAILY', 'etl_daily%20', 'etl%5Fdaily%2f..', 'etl_dailу']) {
      const { status, text } = await start(job, `/airflow/etl-prod/dags/${encodeURI(decodeURI(dag))}/dagRuns`);
      expect([dag, status, slugOf(text)]).toEqual([dag, 403, 'path-not-allowed']);
    }
    // The same name encoded is the same DAG.
    expect((await start(job, '/airflow/etl-prod/dags/etl%5Fdaily/dagRuns')).status).toBe(200);
    expect(system.calls).toMatchObject([{ Path: '/dags/etl_daily/dagRuns' }]);
  });

  test('on the way of signatures opens nothing, and a signature on the way of tokens neither', async () => {
    expect((await system.call('/iam/etl-prod/dags', { token: job })).status).toBe(403);
    expect((await system.signed('/airflow/etl-prod/dags', keysOf('app-server'))).status).toBe(401);
    expect(system.calls).toEqual([]);
  });
});

describe('a signature', () => {
  const DAGS = '/iam/etl-prod/dags';

  test('of any other role of the account is refused by the API’s policy, whatever that role may', async () => {
    const everything = { Statement: { Effect: 'Allow', Action: '*', Resource: '*' } };
    const keys = { accessKeyId: 'ASIAADMIN00000000000', secretAccessKey: 'secret', sessionToken: 'session' };
    for (const account of ['000000000000', '987654321098']) {
      const roleArn = `arn:aws:iam::${account}:role/Admin`;
      system.iam.register({ name: 'admin', roleArn, policies: [everything], inVpc: false, ...keys });
      const shown = { access_key_id: keys.accessKeyId, secret_access_key: 'secret', session_token: 'session' };
      expect((await system.signed(DAGS, shown)).status).toBe(403);
    }
    expect(system.calls).toEqual([]);
  });

  test('of a role that only reads starts nothing, by its own policy', async () => {
    expect((await system.signed(DAGS, keysOf('watcher'))).status).toBe(200);
    const start = '/iam/etl-prod/dags/data_processing/dagRuns';
    expect((await system.signed(start, keysOf('watcher'), { method: 'POST', body: '{}' })).status).toBe(403);
    expect((await system.signed('/iam/etl-acc/dags', keysOf('app-server'))).status).toBe(403);
    expect(system.calls).toHaveLength(1);
  });

  test('for another path, body, service, Region or time is none', async () => {
    const keys = keysOf('app-server');
    const base = new URL(system.endpoints.airflow_gateway ?? '');
    const sign = (changes: object) =>
      signedHeaders({ method: 'POST', host: base.host, path: `${base.pathname}${DAGS}`, body: '{}', keys, ...changes });
    const path = '/iam/etl-prod/dags/data_processing/dagRuns';
    const whole = { path: `${base.pathname}${path}` };
    for (const headers of [
      await sign({}),
      await sign({ ...whole, body: '{"conf":{}}' }),
      await sign({ ...whole, service: 'airflow' }),
      await sign({ ...whole, region: 'eu-central-1' }),
      await sign({ ...whole, at: new Date(Date.now() - 600_000) }),
      await sign({ ...whole, keys: { ...keys, session_token: 'other' } }),
    ]) {
      expect((await system.call(path, { method: 'POST', headers, body: '{}' })).status).toBe(403);
    }
    expect(system.calls).toEqual([]);
  });
});

describe('an endpoint that is not named', () => {
  test('leads nowhere, with the best of tokens and signatures', async () => {
    const port = (await system.airflowGateway?.gateway.listen(0, 'vpce-0fffffffffffffff0')) ?? 0;
    expect((await system.call(START, { method: 'POST', token: job, body: '{}', port })).status).toBe(403);
    expect((await system.signed('/iam/etl-prod/dags', keysOf('app-server'), { port })).status).toBe(403);
    expect(system.calls).toEqual([]);
  });
});

describe('an Airflow in trouble', () => {
  const TROUBLES: [string, (response: ServerResponse) => void, number, string][] = [
    [
      'that MWAA throttles',
      (response) => response.writeHead(429, { 'x-amzn-errortype': 'ThrottlingException' }).end('{}'),
      503,
      'upstream-throttled',
    ],
    [
      'that breaks off in mid-answer',
      (response) => {
        response.writeHead(200, { 'content-length': '100' });
        response.write('{"RestApi', () => response.destroy());
      },
      502,
      'upstream-failed',
    ],
    ['that is gone', (response) => response.destroy(), 502, 'upstream-failed'],
    ['that answers something else', (response) => response.end('<html>secret-host</html>'), 502, 'upstream-failed'],
    [
      'that MWAA fails for',
      (response) => response.writeHead(500, { 'x-amzn-errortype': 'InternalServerException' }).end('secret-host'),
      502,
      'upstream-failed',
    ],
  ];
  test.each(TROUBLES)(
    '%s is a problem of its own, in none of its words, and a run is sent once',
    async (_, fault, status, slug) => {
      system.airflow.fault = fault;
      const started = await start(job);
      expect([started.status, slugOf(started.text)]).toEqual([status, slug]);
      expect(system.calls).toHaveLength(1);
      const read = await system.call('/airflow/etl-prod/dags', { token: job });
      expect([read.status, slugOf(read.text)]).toEqual([status, slug]);
      expect(started.text + read.text).not.toMatch(/secret-host|127\.0\.0\.1|arn:/);
    },
  );
});

describe('nothing is smuggled', () => {
  test('no header of the client reaches Airflow, and none of Airflow’s but its type comes back', async () => {
    const headers = {
      cookie: 'session=stolen',
      'x-forwarded-user': 'admin',
      'x-amzn-oidc-data': 'x',
      'x-spiffe-id': 'spiffe://x/admin',
      'transfer-encoding': 'chunked',
      'x-original-url': '/variables',
      'x-rewrite-url': '/variables',
      host: 'evil.example',
    };
    const reply = await system.call(START, { method: 'POST', token: job, headers, body: '{}' });
    expect(reply.status).toBe(200);
    expect(system.calls[0]?.headers).not.toMatch(
      /stolen|forwarded-user|oidc|spiffe|original-url|rewrite-url|evil|Bearer/i,
    );
    expect(Object.keys(reply.headers).filter((name) => /cookie|server|location|x-amzn-remapped/.test(name))).toEqual(
      [],
    );
  });

  test('two Authorization headers are no token', async () => {
    const other = await system.token({ client: 'etl-client' });
    const headers = { authorization: [`Bearer ${job}`, `Bearer ${other}`] };
    expect((await system.call(START, { method: 'POST', headers, body: '{}' })).status).toBe(401);
    expect(system.calls).toEqual([]);
  });
});

describe('what is left behind', () => {
  test('is an audit line a call, refused ones too, and no token, cookie, key or value in any log', async () => {
    await start(job, START, '{"conf":{"password":"hunter2-in-conf"}}');
    await start(job, '/airflow/etl-prod/variables/hunter2-in-path');
    await system.signed('/iam/etl-prod/dags?owner=hunter2-in-query', keysOf('app-server'));
    const logs = system.functionLogs().filter((name) => /airflow/.test(name));
    expect(logs.length).toBeGreaterThanOrEqual(4);
    const written = () => logs.map((name) => system.logged(name)).join('');
    const told = () =>
      written()
        .split('\n')
        .filter((line) => line.includes('"mrt.audit"'))
        .slice(-3)
        .map((line) => JSON.parse(line))
        .map(({ principal, session, dag, status }) => ({ principal, session, dag, status }));
    // Lines are written a moment after their answers.
    await expect.poll(told).toEqual(
      expect.arrayContaining([
        { principal: 'pipeline:etl', session: 'data/etl@main job 42', dag: 'etl_daily', status: 200 },
        { principal: 'pipeline:etl', session: 'data/etl@main job 42', dag: null, status: 403 },
      ]),
    );
    expect(written()).not.toMatch(/eyJ[\w-]{10,}\.[\w-]+|hunter2|Bearer|ASIA[A-Z0-9]{16}|session=|AWS4-HMAC/);
  });
});
