/** How a function comes in to an Airflow: which way goes first, when the other is taken, and one login for all. */

import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import type { AirflowSettings } from '../../../../lambdas/environment-settings.ts';
import { airflowOf } from '../../../../lambdas/upstreams/airflow/connection.ts';
import { streamed } from '../../../../lambdas/upstreams/airflow/streamed-answer.ts';
import { type Asked, context, everythingOf, mwaa, type Reply, refusal, type Script, stopAll } from './scripted.ts';

afterEach(stopAll);

const settings = (changes: Partial<NonNullable<AirflowSettings['mwaa']>> = {}): AirflowSettings => ({
  authentication: 'mwaa',
  base_url: null,
  secret: null,
  certificate_authority: null,
  mwaa: { region: 'eu-west-1', environment: 'etl', role: 'Viewer', session: true, ...changes },
});
const PAGE = z.object({ total_entries: z.int() });
const pools = { method: 'GET', path: '/pools' } as const;
const trigger = { method: 'POST', path: '/dags/a/dagRuns', body: {}, repeatable: false } as const;

interface World {
  version?: string;
  /** What InvokeRestApi answers beside `/version`. */
  restApi?: (call: { Path: string }) => Reply;
  web?: Script;
}

/** MWAA with an Airflow behind it; each login gives the next session, `s1`, `s2` … */
async function world({ version = '2.10.3', restApi, web }: World) {
  let logins = 0;
  const system = await mwaa(
    ({ path, body }) => {
      if (path === '/webtoken/etl') {
        return { body: { WebToken: `token-${++logins}`, WebServerHostname: system.host, IamIdentity: 'x' } };
      }
      if (path === '/environments/etl')
        return { body: { Environment: { Status: 'AVAILABLE', AirflowVersion: version } } };
      const call = JSON.parse(body);
      if (restApi !== undefined) return restApi(call);
      if (call.Path === '/version') return { body: { RestApiStatusCode: 200, RestApiResponse: { version } } };
      return { body: { RestApiStatusCode: 200, RestApiResponse: { total_entries: 1 } } };
    },
    (asked, response) => {
      if (asked.path.endsWith('/aws_mwaa/login')) {
        const name = asked.path.startsWith('/pluginsv2/') ? '_token' : 'session';
        const session = asked.body.replace('token=token-', 's');
        return { status: 302, headers: { location: '/home', 'set-cookie': [`${name}=${session}; Path=/; HttpOnly`] } };
      }
      return web?.(asked, response) ?? { body: { total_entries: 2 } };
    },
  );
  return { ...system, logins: () => logins };
}
const DENIED = refusal('AccessDeniedException', 403);
const shown = ({ headers }: Asked) => headers.authorization ?? headers.cookie;

describe('InvokeRestApi', () => {
  test('goes first, signed, without a login', async () => {
    const { apiLog, logins } = await world({});
    const airflow = airflowOf(settings(), context());
    expect(await airflow.ask({ ...pools, query: { limit: '5' } }, PAGE)).toEqual({ total_entries: 1 });
    expect(apiLog[0]?.path).toBe('/restapi/etl');
    expect(JSON.parse(apiLog[0]?.body ?? '')).toEqual({
      Path: '/pools',
      Method: 'GET',
      QueryParameters: { limit: '5' },
    });
    expect(apiLog[0]?.headers.authorization).toMatch(/^AWS4-HMAC-SHA256 Credential=ASIA.*\/airflow\/aws4_request/);
    expect(logins()).toBe(0);
  });

  test.each(['2.10.3', '3.0.6'])('tells that it is Airflow %s, which nobody configures', async (version) => {
    await world({ version });
    const known = await airflowOf(settings(), context()).version();
    expect(known).toEqual({ version, api: version.startsWith('2') ? 'v1' : 'v2' });
  });

  test('gives Airflow’s own error as Airflow’s answer, and not as MWAA’s', async () => {
    const inside = { RestApiStatusCode: 404, RestApiResponse: { title: 'DAG not found' } };
    await world({ restApi: () => refusal('RestApiClientException', 400, inside) });
    const answer = await airflowOf(settings(), context()).send({ ...pools, repeatable: true });
    expect(answer.status).toBe(404);
    expect(JSON.parse(answer.body.toString())).toEqual({ title: 'DAG not found' });
  });

  test('hands on Airflow’s text as it stands, numbers that JavaScript would round included', async () => {
    const text = '{"conf": {"order": 12345678901234567890, "share": 1.0}}';
    const good = { body: `{"RestApiStatusCode":200,"RestApiResponse":${text}}` };
    const bad = refusal('RestApiClientException', 400);
    for (const [reply, status] of [
      [good, 200],
      [{ ...bad, body: `{"RestApiResponse":${text},"RestApiStatusCode":409}` }, 409],
    ] as const) {
      await world({ restApi: () => reply });
      const answer = await airflowOf(settings(), context()).send({ ...pools, repeatable: true });
      expect([answer.status, answer.body.toString()]).toEqual([status, text]);
      await stopAll();
    }
  });

  test('is asked again after it asked for slower requests', async () => {
    let asked = 0;
    await world({
      restApi: () =>
        ++asked < 3
          ? refusal('ThrottlingException', 429)
          : { body: { RestApiStatusCode: 200, RestApiResponse: { total_entries: 7 } } },
    });
    const watched = context();
    expect(await airflowOf(settings(), watched).ask(pools, PAGE)).toEqual({ total_entries: 7 });
    expect(watched.timing.throttled()).toBe(2);
  });
});

describe('a session is taken', () => {
  test('where IAM does not allow InvokeRestApi, which is then left alone for some minutes', async () => {
    const { apiLog, webLog } = await world({ restApi: () => DENIED });
    for (let request = 0; request < 3; request++) {
      expect(await airflowOf(settings(), context()).ask(pools, PAGE)).toEqual({ total_entries: 2 });
    }
    expect(apiLog.filter(({ path }) => path === '/restapi/etl')).toHaveLength(1);
    expect(webLog.filter(({ path }) => path === '/api/v1/pools').map(shown)).toEqual(Array(3).fill('session=s1'));
  });

  test('for a path of more than 64 characters', async () => {
    const { webLog } = await world({});
    const path = `/dags/${'a'.repeat(70)}/dagRuns`;
    expect(await airflowOf(settings(), context()).ask({ method: 'GET', path }, PAGE)).toEqual({ total_entries: 2 });
    expect(webLog.at(-1)?.path).toBe(`/api/v1${path}`);
  });

  test.each([
    ['an environment that is too old for it', refusal('ValidationException', 400)],
    ['an answer that is too large or late for it', refusal('RestApiServerException', 500)],
  ])('for %s', async (_, reply) => {
    await world({ restApi: ({ Path }) => (Path === '/version' ? good({ version: '2.10.3' }) : reply) });
    expect(await airflowOf(settings(), context()).ask(pools, PAGE)).toEqual({ total_entries: 2 });
  });

  test('never for a run that may have been triggered already', async () => {
    const { webLog } = await world({
      restApi: ({ Path }) =>
        Path === '/version' ? good({ version: '2.10.3' }) : refusal('RestApiServerException', 500),
    });
    await expect(airflowOf(settings(), context()).send(trigger)).rejects.toThrow('mwaa: refused');
    expect(webLog).toEqual([]);
  });

  test('of Airflow 3 as a bearer token out of its own cookie', async () => {
    const { webLog } = await world({ version: '3.0.6', restApi: () => DENIED });
    await airflowOf(settings(), context()).ask(pools, PAGE);
    expect(webLog.map(({ path }) => path)).toEqual(['/pluginsv2/aws_mwaa/login', '/api/v2/pools']);
    expect(webLog.map(shown)).toEqual([undefined, 'Bearer s1']);
  });

  test('not at all without a way to the web server: then the refusal is the answer', async () => {
    const { webLog, logins } = await world({ restApi: () => DENIED });
    const airflow = airflowOf(settings({ session: false }), context());
    await expect(airflow.ask(pools, PAGE)).rejects.toMatchObject({ source: 'mwaa', reason: 'access-denied' });
    expect([webLog.length, logins()]).toEqual([0, 0]);
  });

  test('is what a path of more than 64 characters wants, and without a way there is said to want', async () => {
    await world({});
    const airflow = airflowOf(settings({ session: false }), context());
    const path = `/dags/${'a'.repeat(70)}/dagRuns`;
    const error = await airflow.ask({ method: 'GET', path }, PAGE).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ reason: 'path-too-long', advice: expect.stringContaining('web_server') });
  });
});

describe('an answer that is read as it comes', () => {
  const read = { method: 'GET', path: '/pools', repeatable: true } as const;

  test('by a session is a stream, with the session renewed where it is over', async () => {
    const { webLog } = await world({
      restApi: ({ Path }) => (Path === '/version' ? good({ version: '2.10.3' }) : DENIED),
      web: (asked) =>
        shown(asked) === 'session=s1' ? { status: 401, body: 'x'.repeat(100_000) } : { body: { ok: 1 } },
    });
    const answer = await airflowOf(settings(), context()).sent(read, streamed);
    expect(answer.body).toBeInstanceOf(Readable);
    expect([answer.status, await text(answer.body as Readable)]).toEqual([200, '{"ok":1}']);
    expect(webLog.filter(({ path }) => path.endsWith('/pools')).map(shown)).toEqual(['session=s1', 'session=s2']);
  });

  test('by InvokeRestApi is whole, as it is 6 MB at most', async () => {
    await world({});
    const answer = await airflowOf(settings(), context()).sent(read, streamed);
    expect(String(answer.body)).toBe('{"total_entries":1}');
  });
});

const good = (document: unknown): Reply => ({ body: { RestApiStatusCode: 200, RestApiResponse: document } });

describe('a session that is over', () => {
  const OVER: [string, string, Reply][] = [
    ['401 of Airflow 2', '2.10.3', { status: 401 }],
    ['401 of Airflow 3', '3.0.6', { status: 401 }],
    ['403 of Airflow 3', '3.0.6', { status: 403 }],
    ['the way to the sign-in page', '2.10.3', { status: 302, headers: { location: 'http://169.254.169.254/' } }],
    ['the sign-in page', '2.10.3', { headers: { 'content-type': 'text/html; charset=utf-8' }, body: '<html>' }],
  ];
  test.each(OVER)('(%s) is renewed by one request, while the others wait for it', async (_, version, over) => {
    const { webLog, logins } = await world({
      version,
      restApi: () => DENIED,
      web: (asked) => (shown(asked)?.endsWith('s1') ? over : { body: { total_entries: 3 } }),
    });
    const airflow = airflowOf(settings(), context());
    const answers = await Promise.all(Array.from({ length: 12 }, () => airflow.ask(pools, PAGE)));
    expect(answers).toEqual(Array(12).fill({ total_entries: 3 }));
    expect(logins()).toBe(2);
    expect(webLog.some(({ headers }) => headers.host?.startsWith('169.254'))).toBe(false);
  });

  test('is renewed once: a second refusal is the answer, and says nothing of the session', async () => {
    const { logins } = await world({ restApi: () => DENIED, web: () => ({ status: 401, body: 'session=s1' }) });
    const error = await airflowOf(settings(), context())
      .ask(pools, PAGE)
      .catch((refused: unknown) => refused);
    expect(error).toMatchObject({ source: 'airflow', reason: 'login-refused' });
    expect(logins()).toBe(2);
    expect(everythingOf(error)).not.toMatch(/s1|s2|token-|arn:/);
  });

  test('with a 403 of Airflow 3 is not renewed again within a minute: that is about rights', async () => {
    const { logins } = await world({ version: '3.0.6', restApi: () => DENIED, web: () => ({ status: 403 }) });
    const airflow = airflowOf(settings(), context());
    for (let request = 0; request < 4; request++) {
      await expect(airflow.ask(pools, PAGE)).rejects.toMatchObject({ reason: 'access-denied' });
    }
    expect(logins()).toBe(2);
  });

  test('also lets a run be triggered after its renewal, once: what was refused has done nothing', async () => {
    const triggered: (string | undefined)[] = [];
    const { webLog } = await world({
      restApi: () => DENIED,
      web: (asked) => {
        if (shown(asked)?.endsWith('s1')) return { status: 401 };
        triggered.push(shown(asked));
        return { body: { dag_run_id: 'r' } };
      },
    });
    expect((await airflowOf(settings(), context()).send(trigger)).status).toBe(200);
    expect(triggered).toEqual(['session=s2']);
    expect(webLog.filter(({ path }) => path === '/api/v1/dags/a/dagRuns')).toHaveLength(2);
  });
});

test('a login that gives no cookie is a refused one, and nothing of its token is told', async () => {
  const api: Script = ({ path }) =>
    path === '/webtoken/etl'
      ? { body: { WebToken: 'very-secret', WebServerHostname: system.host } }
      : path === '/environments/etl'
        ? { body: { Environment: { AirflowVersion: '2.10.3' } } }
        : DENIED;
  const system = await mwaa(api, () => ({
    headers: { 'content-type': 'text/html' },
    body: 'very-secret is not valid',
  }));
  const error = await airflowOf(settings(), context())
    .ask(pools, PAGE)
    .catch((refused: unknown) => refused);
  expect(error).toMatchObject({ reason: 'login-refused' });
  expect(everythingOf(error)).not.toContain('very-secret');
});

test.each(['169.254.169.254', 'a@b', 'localhost/..', 'evil.example.com#', 'a b', ''])(
  'a web server at "%s" is not logged in to',
  async (host) => {
    const system = await mwaa(
      ({ path }) =>
        path === '/webtoken/etl'
          ? { body: { WebToken: 't', WebServerHostname: host } }
          : path === '/environments/etl'
            ? { body: { Environment: { AirflowVersion: '2.10.3' } } }
            : DENIED,
      () => ({}),
    );
    await expect(airflowOf(settings(), context()).ask(pools, PAGE)).rejects.toMatchObject({
      source: 'mwaa',
      reason: 'refused',
    });
    expect(system.webLog).toEqual([]);
  },
);

test('what MWAA says of the environment is words of AWS’s or nothing', async () => {
  await mwaa(
    () => ({
      body: { Environment: { Status: 'MAINTENANCE', AirflowVersion: '<b>3</b>', EnvironmentClass: 'mw1.small' } },
    }),
    () => ({}),
  );
  expect(await airflowOf(settings(), context()).environment()).toEqual({
    status: 'MAINTENANCE',
    version: null,
    class: 'mw1.small',
    lastUpdate: null,
  });
});
