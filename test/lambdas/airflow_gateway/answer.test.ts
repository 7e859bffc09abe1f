import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Airflow, AirflowCall } from '../../../lambdas/airflow_gateway/airflow.ts';
import { answer as answerTo, type Gateway } from '../../../lambdas/airflow_gateway/answer.ts';
import type { GatewayRequest, GatewayResponse } from '../../../lambdas/airflow_gateway/call.ts';
import { callerOfRole } from '../../../lambdas/airflow_gateway/caller.ts';
import { InvalidTokenError } from '../../../lambdas/request-errors.ts';
import { UpstreamFailedError, UpstreamTimeoutError } from '../../../lambdas/upstream-errors.ts';
import { settings } from './settings.ts';

const lines: string[] = [];
beforeEach(() => {
  lines.length = 0;
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    lines.push(String(text));
    return true;
  });
});
afterEach(() => vi.restoreAllMocks());
const audit = () => lines.map((line) => JSON.parse(line)).filter(({ event }) => event === 'mrt.audit');

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';

function request(changes: Partial<GatewayRequest> = {}): GatewayRequest {
  return {
    id: 'request-1',
    trace: { trace_id: TRACE, span_id: 'b7ad6b7169203331', parent_span_id: '00f067aa0ba902b7', sampled: true },
    method: 'POST',
    path: '/airflow/etl-prod/dags/etl_daily/dagRuns',
    environment: 'etl-prod',
    rest: '/dags/etl_daily/dagRuns',
    query: [],
    body: '{"dag_run_id":"pipeline-7","conf":{"customer":"Müller"}}',
    caller: () => ({
      kind: 'pipelines',
      principal: 'pipeline:etl',
      detail: 'data/etl@main job 42',
      entries: ['etl'],
      scopes: null,
      provider: null,
    }),
    ...changes,
  };
}

/** An Airflow that notes what it is asked. */
function airflow(reply: Partial<Awaited<ReturnType<Airflow['send']>>> = {}, api: 'v1' | 'v2' = 'v2') {
  const calls: AirflowCall[] = [];
  const port: Airflow = {
    version: async () => ({ api }),
    async send(call) {
      calls.push(call);
      return { status: 200, contentType: 'application/json', body: Buffer.from('{"dag_run_id":"x"}'), ...reply };
    },
  };
  return { calls, gateway: { settings, airflow: () => port } };
}
const later = () => Date.now() + 20_000;

/** What goes back, once all of it has gone. */
async function answer(asked: GatewayRequest, gateway: Gateway, latest: number) {
  let sent: GatewayResponse | undefined;
  let body: Buffer = Buffer.alloc(0);
  await answerTo(asked, gateway, latest, async (response) => {
    sent = response;
    body = response.body instanceof Readable ? await buffer(response.body) : response.body;
    return body.length;
  });
  return { status: sent?.status, headers: sent?.headers ?? {}, body: body.toString() };
}

describe('a call that is allowed', () => {
  test('comes back with Airflow’s own status, type and text, and with nothing else of it', async () => {
    const body = '{"detail":"DAGRun with DAG ID: etl_daily already exists", "number": 12345678901234567890}';
    const { gateway } = airflow({ status: 409, contentType: 'application/problem+json', body: Buffer.from(body) });
    expect(await answer(request(), gateway, later())).toEqual({
      status: 409,
      headers: { 'content-type': 'application/problem+json', 'x-request-id': 'request-1', 'cache-control': 'no-store' },
      body,
    });
  });

  test('that starts a run is sent once, with what the version wants of logical_date', async () => {
    const third = airflow();
    await answer(request(), third.gateway, later());
    expect(third.calls).toEqual([
      {
        method: 'POST',
        path: '/dags/etl_daily/dagRuns',
        query: {},
        repeatable: false,
        body: { logical_date: null, dag_run_id: 'pipeline-7', conf: { customer: 'Müller' } },
      },
    ]);
    const second = airflow({}, 'v1');
    await answer(request({ body: '{"logical_date":null}' }), second.gateway, later());
    expect(second.calls[0]?.body).toEqual({});
    const dated = airflow({}, 'v1');
    await answer(request({ body: '{"logical_date":"2026-01-01T00:00:00Z"}' }), dated.gateway, later());
    expect(dated.calls[0]?.body).toEqual({ logical_date: '2026-01-01T00:00:00Z' });
  });

  test('that reads keeps repeated parameters, and sends no body', async () => {
    const { calls, gateway } = airflow();
    const query = [
      ['state', 'failed'],
      ['limit', '5'],
      ['state', 'queued'],
    ] as const;
    await answer(request({ method: 'GET', query, body: '{"a":1}' }), gateway, later());
    expect(calls).toEqual([
      {
        method: 'GET',
        path: '/dags/etl_daily/dagRuns',
        query: { state: ['failed', 'queued'], limit: '5' },
        repeatable: true,
      },
    ]);
  });
});

describe('a call that is not', () => {
  test.each([
    ['a forbidden path', { rest: '/variables' }, 403, 'path-not-allowed'],
    ['a DAG outside the list', { rest: '/dags/hr_payroll/dagRuns' }, 403, 'path-not-allowed'],
    ['another environment', { environment: 'etl-acc' }, 404, 'unknown-environment'],
    ['a body that is no object', { body: '[1]' }, 400, 'invalid-parameter'],
    ['a body that is no JSON', { body: '{' }, 400, 'invalid-parameter'],
    ['a body that is too long', { body: JSON.stringify({ conf: 'x'.repeat(100_000) }) }, 400, 'invalid-parameter'],
    ['a body that is too deep', { body: `${'{"a":'.repeat(40)}1${'}'.repeat(40)}` }, 400, 'invalid-parameter'],
  ])('is refused without a call: %s', async (_, changes, status, slug) => {
    const { calls, gateway } = airflow();
    const response = await answer(request(changes), gateway, later());
    expect(response.status).toBe(status);
    expect(JSON.parse(response.body)).toMatchObject({
      type: `https://maas-api.example.com/problems/${slug}`,
      status,
      request_id: 'request-1',
    });
    expect(calls).toEqual([]);
  });

  test('is 401 for whoever is nobody, with what a client needs to know', async () => {
    const { calls, gateway } = airflow();
    const nobody = () => {
      throw new InvalidTokenError('no');
    };
    const response = await answer(request({ caller: nobody }), gateway, later());
    expect(response.status).toBe(401);
    expect(response.headers['www-authenticate']).toBe('Bearer error="invalid_token"');
    expect(calls).toEqual([]);
  });
});

describe('what is no answer of Airflow’s', () => {
  test('a redirect to its sign-in page is 502', async () => {
    const { gateway } = airflow({ status: 302, contentType: 'text/html', body: Buffer.from('<a href=/login>') });
    const response = await answer(request(), gateway, later());
    expect([response.status, JSON.parse(response.body).reason]).toEqual([502, 'invalid-answer']);
    expect(response.body).not.toContain('login');
  });

  test('no answer in time is 504, and a fault that nobody foresaw is a bare 500', async () => {
    const late: Airflow = {
      version: async () => ({ api: 'v2' }),
      send: () => Promise.reject(new UpstreamTimeoutError('airflow')),
    };
    expect((await answer(request(), { settings, airflow: () => late }, later())).status).toBe(504);
    const broken: Airflow = { ...late, send: () => Promise.reject(new TypeError('secret host')) };
    const response = await answer(request(), { settings, airflow: () => broken }, later());
    expect(response.status).toBe(500);
    expect(response.body).not.toContain('secret host');
  });
});

describe('the audit line', () => {
  test('says who did what with which DAG, and no value of a parameter or body', async () => {
    const { gateway } = airflow();
    await answer(request({ query: [['note', 'personal']] }), gateway, later());
    expect(audit()).toEqual([
      expect.objectContaining({
        request_id: 'request-1',
        trace_id: TRACE,
        span_id: 'b7ad6b7169203331',
        parent_span_id: '00f067aa0ba902b7',
        principal: 'pipeline:etl',
        session: 'data/etl@main job 42',
        environments: ['etl-prod'],
        method: 'POST',
        path: '/dags/{dag}/dagRuns',
        dag: 'etl_daily',
        filters: ['note'],
        status: 200,
        bytes: '{"dag_run_id":"x"}'.length,
      }),
    ]);
    expect(lines.join('')).not.toMatch(/personal|Müller|pipeline-7/);
  });

  test('is written for refused calls too, without the path, which may hold anything', async () => {
    const { gateway } = airflow();
    await answer(request({ rest: '/variables/password-of-the-warehouse' }), gateway, later());
    expect(audit()).toEqual([
      expect.objectContaining({ principal: 'pipeline:etl', path: null, status: 403, problem: 'path-not-allowed' }),
    ]);
    expect(lines.join('')).not.toContain('warehouse');
  });
});

describe('an answer that breaks off', () => {
  const cut = () =>
    Readable.from(
      (async function* () {
        yield Buffer.from('{"content": "half of a lo');
        throw new UpstreamFailedError('airflow', 'truncated');
      })(),
      { objectMode: false },
    );

  test('fails, as its status has gone already, and its line says why', async () => {
    const { gateway } = airflow({ body: cut() });
    await expect(answer(request({ method: 'GET' }), gateway, later())).rejects.toThrow(UpstreamFailedError);
    expect(audit()).toEqual([
      expect.objectContaining({
        status: 200,
        bytes: null,
        problem: 'upstream-failed',
        reason: 'truncated',
        server_errors: 1,
      }),
    ]);
  });

  test('is not begun where it is a redirect, and what is left of it is dropped', async () => {
    const body = cut();
    const { gateway } = airflow({ status: 302, body });
    expect((await answer(request({ method: 'GET' }), gateway, later())).status).toBe(502);
    expect(body.destroyed).toBe(true);
  });
});

describe('a role', () => {
  const roles = new Map([['mrt-Batch-1X', 'batch']]);
  test('is told by its session, and nobody else’s', () => {
    expect(
      callerOfRole('arn:aws:sts::111122223333:assumed-role/mrt-Batch-1X/i-0abc', '111122223333', roles),
    ).toMatchObject({
      kind: 'roles',
      entries: ['batch'],
      detail: 'i-0abc',
    });
    for (const arn of [
      undefined,
      null,
      '',
      'arn:aws:iam::111122223333:role/mrt-Batch-1X',
      'arn:aws:iam::111122223333:user/mrt-Batch-1X',
      'arn:aws:sts::111122223333:assumed-role/Other/mrt-Batch-1X',
      'arn:aws:sts::999988887777:assumed-role/mrt-Batch-1X/i-0abc',
      'arn:aws:sts::111122223333:assumed-role/x/mrt-Batch-1X/i-0abc',
    ]) {
      expect(() => callerOfRole(arn, '111122223333', roles)).toThrow(InvalidTokenError);
    }
  });
});
