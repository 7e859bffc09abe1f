/** What CloudWatch, or something in its place, can answer beside what was asked for. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { type Context, Deadline, Timing } from '../../../../lambdas/context.ts';
import { knownMetrics, metricAverages } from '../../../../lambdas/upstreams/cloudwatch/metrics.ts';
import { forgetThrottling } from '../../../../lambdas/upstreams/throttling.ts';
import { EVERYTHING, principal } from '../../../packages/local-aws/iam/principal.ts';
import { actAs } from '../../process-credentials.ts';

const REGION = 'eu-west-1';
const DAY = 86_400;
const QUERY = { namespace: 'AWS/S3', metric: 'BucketSizeBytes', dimensions: { BucketName: 'a' } };
const PERIOD = { from: new Date('2026-11-20'), to: new Date('2026-11-22'), seconds: DAY };
const AT = Date.parse('2026-11-21') / 1_000;

interface Reply {
  status?: number;
  body: string;
  headers?: Record<string, string>;
}
const json = (value: unknown): Reply => ({ body: JSON.stringify(value) });
const result = (changes: object) => json({ MetricDataResults: [{ ...GOOD_RESULT, ...changes }] });
const refusal = (type: string, status = 400, message = ''): Reply => ({
  status,
  body: JSON.stringify({ __type: `com.amazonaws.cloudwatch.v2010_08_01#${type}`, message }),
});
const GOOD_RESULT = { Id: 'm0', Timestamps: [AT], Values: [7], StatusCode: 'Complete' };
const GOOD = json({ MetricDataResults: [GOOD_RESULT] });

const stops: (() => unknown)[] = [];
afterEach(async () => {
  forgetThrottling();
  for (const stop of stops.splice(0)) await stop();
});

/** An endpoint that gives these answers one after the other, the last one for ever. */
async function answering(...replies: ((request: IncomingMessage) => Reply)[]) {
  let asked = 0;
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const reply = replies[Math.min(asked, replies.length - 1)]?.(request) ?? GOOD;
    asked += 1;
    request.resume().on('end', () => {
      response.writeHead(reply.status ?? 200, { 'content-type': 'application/x-amz-json-1.0', ...reply.headers });
      response.end(reply.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const restore = actAs(principal([EVERYTHING]), { AWS_ENDPOINT_URL_CLOUDWATCH: `http://127.0.0.1:${port}` });
  stops.push(
    restore,
    () => server.close(),
    () => server.closeAllConnections(),
  );
  return { asked: () => asked };
}

function context(ms = 10_000): Context {
  return { deadline: new Deadline(Date.now() + ms), timing: new Timing() };
}
const averages = () => metricAverages([QUERY], PERIOD, REGION, context());

describe('an answer that is not what was asked for', () => {
  const ODD: [string, Reply][] = [
    ['nothing below a 200', { body: '' }],
    ['an empty document', json({})],
    ['another document', json({ Metrics: [] })],
    ['a list in place of a document', json([])],
    ['half a document', { body: GOOD.body.slice(0, 40) }],
    ['a page for people', { body: '<html><body>It works!</body></html>' }],
    ['XML of another protocol', { body: '<GetMetricDataResponse/>' }],
    ['an error below a 200', json({ __type: 'InternalServiceFault', message: 'no' })],
    ['times without values', result({ Values: [] })],
    ['a value that is no number', result({ Values: ['NaN'] })],
    ['a time that is none', result({ Timestamps: ['yesterday'] })],
    ['a series that nobody asked for', result({ Id: 'm7' })],
  ];

  test.each(ODD)('%s is an error, after it was asked for again', async (_, reply) => {
    const endpoint = await answering(() => reply);
    await expect(averages()).rejects.toMatchObject({ name: 'UpstreamFailedError', reason: 'invalid-answer' });
    if (!reply.body.includes('m7')) expect(endpoint.asked()).toBeGreaterThan(1);
  });

  test.each(ODD.slice(0, -1))('%s does no harm once', async (_, reply) => {
    await answering(
      () => reply,
      () => GOOD,
    );
    expect((await averages())[0]).toEqual({ points: new Map([[AT * 1_000, 7]]), complete: true });
  });

  test('without a word on whether a series is whole, it is not', async () => {
    await answering(() => result({ StatusCode: undefined }));
    expect((await averages())[0]?.complete).toBe(false);
  });

  test('with a series left out, that series is not whole', async () => {
    await answering(() => json({ MetricDataResults: [] }));
    expect((await averages())[0]).toEqual({ points: new Map(), complete: false });
  });

  test('that leads back to itself ends as an error, not at the deadline', async () => {
    const endpoint = await answering(() => json({ MetricDataResults: [GOOD_RESULT], NextToken: 'again' }));
    await expect(averages()).rejects.toMatchObject({ reason: 'invalid-answer' });
    expect(endpoint.asked()).toBe(2);
  });

  test('is an error of the list of metrics too', async () => {
    await answering(() => json({}));
    await expect(knownMetrics(QUERY, REGION, context())).rejects.toMatchObject({ reason: 'invalid-answer' });
  });
});

describe('a refusal', () => {
  test.each([
    ['AccessDeniedException', 403, '', 'access-denied'],
    ['NotAuthorized', 400, '', 'access-denied'],
    ['UnrecognizedClientException', 403, '', 'credentials'],
    ['ExpiredTokenException', 403, '', 'credentials'],
    ['InvalidSignatureException', 403, 'The request signature we calculated does not match.', 'credentials'],
    ['InvalidSignatureException', 403, 'Signature expired: 20261122T050000Z is now earlier', 'clock-skew'],
    ['ValidationException', 400, '', 'refused'],
  ])('%s (%i, %s) is %s, and is not asked again', async (type, status, message, reason) => {
    const endpoint = await answering(() => refusal(type, status, message));
    await expect(averages()).rejects.toMatchObject({ name: 'UpstreamFailedError', source: 'cloudwatch', reason });
    expect(endpoint.asked()).toBe(1);
  });

  test.each([
    ['ThrottlingException', 400, 'UpstreamThrottledError'],
    ['TooManyRequestsException', 429, 'UpstreamThrottledError'],
    ['RequestLimitExceeded', 400, 'UpstreamThrottledError'],
    ['InternalServiceFault', 500, 'UpstreamFailedError'],
    ['ServiceUnavailableException', 503, 'UpstreamFailedError'],
  ])('%s (%i) is waited out, and else is an %s', async (type, status, name) => {
    await answering(
      () => refusal(type, status),
      () => GOOD,
    );
    expect((await averages())[0]?.complete).toBe(true);
    await stops.splice(0).reduce(async (before, stop) => before.then(() => stop()), Promise.resolve<unknown>(0));
    const endpoint = await answering(() => refusal(type, status));
    await expect(averages()).rejects.toMatchObject({ name });
    expect(endpoint.asked()).toBeGreaterThan(1);
  });

  test('a page for people below a 503 is a failure of the other side', async () => {
    await answering(() => ({ status: 503, body: '<html>Service Unavailable</html>' }));
    await expect(averages()).rejects.toMatchObject({ reason: 'failed' });
  });

  test('tells no name, ARN or message of CloudWatch', async () => {
    await answering(() => refusal('AccessDeniedException', 403, 'User: arn:aws:sts::000000000000:x is not authorized'));
    const error = (await averages().catch((thrown: unknown) => thrown)) as Error;
    expect(JSON.stringify([error.message, error.cause])).toBe(
      '["cloudwatch: access-denied",{"code":"AccessDeniedException"}]',
    );
  });
});

test('a clock that is an hour late is set by the refusal, and the question is asked once more', async () => {
  const now = Date.now() + 3_600_000;
  const signedAt: string[] = [];
  const late = (request: IncomingMessage): Reply => {
    signedAt.push(String(request.headers['x-amz-date']));
    const date = { date: new Date(now).toUTCString() };
    if (signedAt.length > 1) return { ...GOOD, headers: date };
    return { ...refusal('InvalidSignatureException', 403, 'Signature expired: it is later'), headers: date };
  };
  await answering(late);
  expect((await averages())[0]?.complete).toBe(true);
  const [before, after] = signedAt.map((text) =>
    Date.parse(text.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6Z')),
  );
  expect(now - (before ?? 0)).toBeGreaterThan(3_500_000);
  expect(Math.abs(now - (after ?? 0))).toBeLessThan(60_000);
});
