/** A self-hosted Airflow: its ways in, and what something in its place may answer. Whatever it says stays out of errors. */
import type { ServerResponse } from 'node:http';
import { Iam } from '@mrt/local-aws/iam/iam.ts';
import { startSecretsManager } from '@mrt/local-aws/secretsmanager/service.ts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import type { AirflowSettings } from '../../../../lambdas/environment-settings.ts';
import { airflowOf } from '../../../../lambdas/upstreams/airflow/connection.ts';
import { principal } from '../../../packages/local-aws/iam/principal.ts';
import { actAs } from '../../process-credentials.ts';
import { context, everythingOf, plainServer, type Reply, type Script, stopAll } from './scripted.ts';

const ARN = 'arn:aws:secretsmanager:eu-west-1:000000000000:secret:airflow-AbCdEf';
const PAGE = z.object({ total_entries: z.int() });
const pools = { method: 'GET', path: '/pools' } as const;

let secret = '';
const undo: (() => unknown)[] = [];
beforeEach(async () => {
  const iam = new Iam('eu-west-1');
  const who = principal([{ Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: ARN }]);
  iam.register(who);
  const secrets = { entries: () => [[ARN, secret]], keys: () => [ARN], get: () => secret } as never;
  const service = await startSecretsManager({ iam, secrets });
  undo.push(actAs(who, { AWS_ENDPOINT_URL_SECRETS_MANAGER: service.address.origin }), () => service.stop());
});
afterEach(async () => {
  await stopAll();
  for (const one of undo.splice(0)) await one();
});

const settings = (base_url: string, authentication: 'token' | 'basic'): AirflowSettings => ({
  authentication,
  base_url,
  secret: ARN,
  certificate_authority: null,
  mwaa: null,
});

/** An Airflow of a version that answers `/pools` as the test says. */
function airflow(version: string, answer: Script): Script {
  const api = version.startsWith('3') ? '/api/v2' : '/api/v1';
  return (asked, response) => {
    if (asked.path === `${api}/version`) return { body: { version } };
    if (asked.path === '/auth/token')
      return { status: 201, body: { access_token: `jwt-of-${JSON.parse(asked.body).username}` } };
    return asked.path.startsWith(`${api}/`) ? answer(asked, response) : { status: 404, body: '<html>Not Found</html>' };
  };
}

describe('comes in', () => {
  const shown: Script = ({ headers }) => ({ body: { total_entries: headers.authorization?.length ?? 0 } });
  test.each([
    ['token', '2.11.2', 'a-token', 'Bearer a-token'],
    ['token', '3.3.2', '{"token":"in-json"}', 'Bearer in-json'],
    ['basic', '2.11.2', '{"username":"u","password":"p:w"}', `Basic ${Buffer.from('u:p:w').toString('base64')}`],
    ['basic', '3.3.2', '{"username":"u","password":"p"}', 'Bearer jwt-of-u'],
  ] as const)('with %s at Airflow %s', async (authentication, version, text, header) => {
    secret = text;
    const { address, log } = await plainServer(airflow(version, shown));
    await airflowOf(settings(`${address}/`, authentication), context()).ask(pools, PAGE);
    expect(log.at(-1)?.headers.authorization).toBe(header);
  });

  test('with a secret that was changed, which is read again when the old one is refused', async () => {
    secret = 'old';
    const { address } = await plainServer(
      airflow('2.11.2', ({ headers }) =>
        headers.authorization === 'Bearer new' ? { body: { total_entries: 1 } } : { status: 401 },
      ),
    );
    const connection = airflowOf(settings(address, 'token'), context());
    await expect(connection.ask(pools, PAGE)).rejects.toMatchObject({ reason: 'login-refused' });
    secret = 'new';
    expect(await connection.ask(pools, PAGE)).toEqual({ total_entries: 1 });
  });

  test.each(['{"user":"u"}', '{"username":"a:b","password":"p"}', 'text', ''])(
    'never with a secret of another form: %s',
    async (text) => {
      secret = text;
      const { address } = await plainServer(airflow('2.11.2', shown));
      const error = await airflowOf(settings(address, 'basic'), context())
        .ask(pools, PAGE)
        .catch((refused: unknown) => refused);
      expect(error).toMatchObject({ reason: 'secret-malformed' });
    },
  );

  test('never with a token that would be two headers', async () => {
    secret = 'a-token\r\nx-admin: true';
    const { address } = await plainServer(airflow('2.11.2', shown));
    await expect(airflowOf(settings(address, 'token'), context()).ask(pools, PAGE)).rejects.toMatchObject({
      reason: 'secret-malformed',
    });
  });
});

describe('an answer', () => {
  const drip = (_: unknown, response: ServerResponse) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    const timer = setInterval(() => response.write(' '), 50);
    response.on('close', () => clearInterval(timer));
    return undefined;
  };
  const WORDS = 'password=hunter2 at db.internal';
  const ODD: [string, string, Script][] = [
    ['the sign-in page', 'sign-in-page', () => page(200, WORDS)],
    [
      'a redirect to the metadata service',
      'redirected',
      () => ({ status: 302, headers: { location: 'http://169.254.169.254/latest/' } }),
    ],
    ['more than 6 MB', 'too-large', () => ({ body: 'x'.repeat(7_000_000) })],
    ['text that is no JSON', 'invalid-answer', () => ({ body: WORDS })],
    ['another document', 'invalid-answer', () => ({ body: { message: WORDS } })],
    ['a refusal of rights', 'access-denied', () => ({ status: 403, body: { detail: WORDS } })],
    ['a fault of its own', 'failed', () => page(500, WORDS)],
  ];
  const page = (status: number, text: string): Reply => ({
    status,
    headers: { 'content-type': 'text/html' },
    body: text,
  });

  test.each(ODD)('of %s is %s, and none of its words are told', async (_, reason, answer) => {
    secret = 'a-token';
    const { address } = await plainServer(airflow('2.11.2', answer));
    const error = await airflowOf(settings(address, 'token'), context(10_000))
      .ask(pools, PAGE)
      .catch((refused: unknown) => refused);
    expect(error).toMatchObject({ source: 'airflow', reason });
    expect(everythingOf(error)).not.toMatch(/hunter2|db\.internal|a-token|169\.254|127\.0\.0\.1/);
  });

  test('that never ends is given up at the deadline', async () => {
    secret = 'a-token';
    const { address } = await plainServer(airflow('2.11.2', drip));
    const started = Date.now();
    await expect(airflowOf(settings(address, 'token'), context(600)).ask(pools, PAGE)).rejects.toMatchObject({
      name: 'UpstreamTimeoutError',
    });
    expect(Date.now() - started).toBeLessThan(20_000);
  });

  test.each(['4.0.0', '1.10.15', 'latest', ''])('of version "%s" is of an unsupported one', async (version) => {
    secret = 'a-token';
    const { address } = await plainServer(({ path }) =>
      path.endsWith('/version') ? { body: { version } } : { status: 404 },
    );
    await expect(airflowOf(settings(address, 'token'), context()).version()).rejects.toMatchObject({
      reason: 'unsupported-version',
    });
  });
});

test('a secret that may not be read is said to be that, without its ARN', async () => {
  secret = 'a-token';
  const { address } = await plainServer(airflow('2.11.2', () => ({ body: { total_entries: 1 } })));
  const other = { ...settings(address, 'token'), secret: ARN.replace('airflow', 'other') };
  const error = await airflowOf(other, context())
    .ask(pools, PAGE)
    .catch((refused: unknown) => refused);
  expect(error).toMatchObject({ reason: 'secret-unreadable' });
  expect(everythingOf(error)).not.toContain('arn:');
});
