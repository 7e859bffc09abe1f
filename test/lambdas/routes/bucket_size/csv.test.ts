import { expect, test } from 'vitest';
import { partProblem } from '../../../../lambdas/faults.ts';
import { represent } from '../../../../lambdas/http/representation.ts';
import { failedRow, listingRow } from '../../../../lambdas/routes/bucket_size/bucket-row.ts';
import type { LiveListing } from '../../../../lambdas/routes/bucket_size/live-listing.ts';
import { route } from '../../../../lambdas/routes/bucket_size/route.ts';
import { UpstreamFailedError, UpstreamThrottledError } from '../../../../lambdas/upstream-errors.ts';
import { Tally } from '../../../../lambdas/upstreams/s3/listing/tally.ts';

const bucket = { bucket: 'files', region: 'eu-west-1', prefix: null, key_pattern: null };

test('a line of CSV has the environment, and says why a figure is not there', () => {
  const tally = new Tally();
  tally.current.objects = 2;
  tally.current.bytes = 7;
  const as_of = '2026-11-22T05:00:00Z';
  const listing: LiveListing = { what: 'objects', as_of, tally, rest: null, interruption: null };
  const answer = {
    body: {
      environment: 'shop-prod',
      buckets: [
        listingRow(bucket, null, 0, listing, null),
        failedRow(bucket, 'listing', partProblem(new UpstreamThrottledError('s3'))),
        failedRow(bucket, 'metrics', partProblem(new UpstreamFailedError('cloudwatch', 'access-denied'))),
      ],
      total: { size_bytes: null, object_count: null },
      complete: false,
    },
    next: null,
    as_of: null,
    max_age: 0,
  };
  const { body } = represent(
    route,
    answer,
    { media_type: 'text/csv', gzip: false, fields: null, rows: route.rows },
    null,
  );
  expect(String(body).split('\r\n')).toEqual([
    'environment,bucket,region,prefix,size_bytes,object_count,source,as_of,complete,error.type,error.reason',
    'shop-prod,files,eu-west-1,,7,2,listing,2026-11-22T05:00:00Z,true,,',
    'shop-prod,files,eu-west-1,,,,listing,,false,/problems/upstream-throttled,',
    'shop-prod,files,eu-west-1,,,,metrics,,false,/problems/upstream-failed,access-denied',
    '',
  ]);
});
