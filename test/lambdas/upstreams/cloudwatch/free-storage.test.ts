import type { Metric } from '@mrt/local-aws/cloudwatch/metric.ts';
import { startCloudWatch } from '@mrt/local-aws/cloudwatch/service.ts';
import { afterEach, expect, test } from 'vitest';
import { type Context, Deadline, Timing } from '../../../../lambdas/context.ts';
import { freeStorage } from '../../../../lambdas/upstreams/cloudwatch/free-storage.ts';
import { utc } from '../../../../lambdas/utc.ts';
import { EVERYTHING, principal } from '../../../packages/local-aws/iam/principal.ts';
import { iamWith, REGION } from '../../../packages/local-aws/s3/client.ts';
import { actAs } from '../../process-credentials.ts';

const somebody = principal([EVERYTHING]);
const minute = Math.floor(Date.now() / 60_000) * 60_000 - 60_000;
const metric: Metric = {
  namespace: 'AWS/RDS',
  name: 'FreeStorageSpace',
  unit: 'Bytes',
  dimensions: { DBInstanceIdentifier: 'shop-prod-db' },
  points: (from, to) =>
    [
      { at: minute - 60_000, value: 2 },
      { at: minute, value: 1 },
    ].filter(({ at }) => at >= from && at < to),
};
const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function start() {
  const endpoint = await startCloudWatch({ iam: iamWith(somebody), metrics: [metric] });
  stops.push(actAs(somebody, { AWS_ENDPOINT_URL_CLOUDWATCH: endpoint.address.href }), () => endpoint.stop());
  return endpoint;
}

function context(ms = 10_000): Context {
  return { deadline: new Deadline(Date.now() + ms), timing: new Timing() };
}

test('free storage is the newest minute, with its time', async () => {
  await start();
  expect(await freeStorage('shop-prod-db', REGION, context())).toEqual({ bytes: 1, as_of: utc(new Date(minute)) });
});

test('free storage without a figure says why: no data, only a part of it, refused', async () => {
  const endpoint = await start();
  await expect(freeStorage('other', REGION, context())).rejects.toMatchObject({ reason: 'no-data' });
  endpoint.faults.inject({ kind: 'denied', every: 1 });
  await expect(freeStorage('shop-prod-db', REGION, context())).rejects.toMatchObject({ reason: 'access-denied' });
});

test('free storage is waited for two seconds at most, however much time the request has', async () => {
  const endpoint = await start();
  endpoint.faults.inject({ kind: 'silent', every: 1 });
  const started = Date.now();
  await expect(freeStorage('shop-prod-db', REGION, context(20_000))).rejects.toMatchObject({
    name: 'UpstreamTimeoutError',
    source: 'cloudwatch',
  });
  expect(Date.now() - started).toBeLessThan(15_000);
});
