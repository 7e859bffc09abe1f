import { startS3 } from '@mrt/local-aws/s3/service.ts';
import { Bucket } from '@mrt/local-aws/s3/store.ts';
import type { HttpService } from '@mrt/local-aws/service/http-service.ts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Context, Deadline, Timing } from '../../../../../lambdas/context.ts';
import { UpstreamTimeoutError } from '../../../../../lambdas/upstream-errors.ts';
import { unfinishedUploads } from '../../../../../lambdas/upstreams/s3/listing/uploads.ts';
import { forgetThrottling } from '../../../../../lambdas/upstreams/throttling.ts';
import { EVERYTHING, principal } from '../../../../packages/local-aws/iam/principal.ts';
import { iamWith, REGION, storeOf } from '../../../../packages/local-aws/s3/client.ts';
import { actAs } from '../../../process-credentials.ts';

const somebody = principal([EVERYTHING]);
const begun = new Date('2026-03-04T05:06:07Z');

function upload(key: string, id: number, sizes: readonly number[]) {
  const parts = sizes.map((size) => ({ size, last_modified: begun, etag: '"0"' }));
  return { key, upload_id: `upload-${id}`, initiated: begun, storage_class: 'STANDARD', parts };
}

/** More than a page of uploads, one with more than a page of parts, and keys that must be escaped. */
const uploads = [
  ...Array.from({ length: 1_200 }, (_, i) => upload(`file ${i % 7}/ä+%`, i, [1, 2])),
  upload(
    '\u{1f4e6}',
    9_999,
    Array.from({ length: 2_500 }, () => 10),
  ),
];
const bucket = new Bucket({ name: 'b', region: REGION, objects: [], uploads });
const ALL = { size_bytes: 1_200 * 3 + 25_000, object_count: 2_400 + 2_500 };

let endpoint: HttpService;
let restore: () => void;
beforeEach(async () => {
  endpoint = await startS3({ iam: iamWith(somebody), store: storeOf(bucket) });
  restore = actAs(somebody, { AWS_ENDPOINT_URL_S3: endpoint.address.href });
});
afterEach(async () => {
  forgetThrottling();
  restore();
  await endpoint.stop();
});

/** A request for each of 1,200 uploads takes long on a machine that others use. */
const MAX_TEST_MS = 120_000;

function sum(ms = MAX_TEST_MS) {
  const context: Context = { deadline: new Deadline(Date.now() + ms), timing: new Timing() };
  return unfinishedUploads({ bucket: 'b', region: REGION }, context);
}

describe('unfinished uploads', () => {
  test(
    'are summed up over all pages of uploads and of parts',
    async () => {
      expect(await sum()).toEqual(ALL);
    },
    MAX_TEST_MS,
  );

  test(
    'are complete although S3 throttles and fails now and then',
    async () => {
      endpoint.faults.inject({ kind: 'throttled', every: 50 });
      endpoint.faults.inject({ kind: 'cut', every: 70 });
      expect(await sum()).toEqual(ALL);
    },
    MAX_TEST_MS,
  );

  test('are not known in part: without permission, and when the time is up, there is no sum', async () => {
    endpoint.faults.inject({ kind: 'denied', every: 1_000 });
    await expect(sum()).rejects.toMatchObject({ reason: 'access-denied' });
    endpoint.faults.clear();
    endpoint.faults.inject({ kind: 'silent', every: 20 });
    await expect(sum(300)).rejects.toThrow(UpstreamTimeoutError);
  });
});
