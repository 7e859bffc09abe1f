/** What Athena says when it refuses, and why a query of its failed: by its words, which never reach the caller. */
import { expect, test } from 'vitest';
import { athenaFault, queryFault } from '../../../../lambdas/upstreams/athena/fault.ts';

/** Athena guide, "Troubleshoot issues in Athena"; re:Post, "Athena query fails …". */
const FAILURES: [string, Record<string, string>][] = [
  ['Bytes scanned limit was exceeded', { name: 'InventoryUnavailableError', reason: 'over-limit' }],
  ['Query timeout', { name: 'InventoryUnavailableError', reason: 'cancelled' }],
  [
    'Access denied when writing output to url: s3://mrt-results/totals/1.csv',
    { name: 'InventoryUnavailableError', reason: 'not-permitted' },
  ],
  [
    'HIVE_CANNOT_OPEN_SPLIT: Error opening Hive split s3://reports/a.parquet: Access Denied (Service: Amazon S3; Status Code: 403)',
    { name: 'InventoryUnavailableError', reason: 'not-permitted' },
  ],
  [
    'Insufficient permissions to execute the query. User is not authorized to perform: glue:GetTable',
    { name: 'InventoryUnavailableError', reason: 'not-permitted' },
  ],
  [
    'COLUMN_NOT_FOUND: Insufficient Lake Formation permission(s) on table files_3c8b2f1a',
    { name: 'InventoryUnavailableError', reason: 'not-permitted' },
  ],
  ['Query exhausted resources at this scale factor', { name: 'UpstreamThrottledError' }],
  [
    'HIVE_CURSOR_ERROR: Failed to read Parquet file: s3://reports/a.parquet',
    { name: 'InventoryUnavailableError', reason: 'unreadable' },
  ],
  [
    'HIVE_CANNOT_OPEN_SPLIT: Error opening Hive split: The specified key does not exist (NoSuchKey)',
    { name: 'InventoryUnavailableError', reason: 'unreadable' },
  ],
  ['HIVE_BAD_DATA: Malformed ORC file', { name: 'InventoryUnavailableError', reason: 'unreadable' }],
  ['GENERIC_INTERNAL_ERROR: null', { name: 'UpstreamFailedError', reason: 'failed' }],
  ['', { name: 'UpstreamFailedError', reason: 'failed' }],
];

test.each(FAILURES)('a query that failed with %j', (words, expected) => {
  const error = queryFault(words, 2);
  expect(error).toMatchObject(expected);
  // Its words have places and names.
  expect(`${error.message} ${JSON.stringify(error.cause)}`).not.toMatch(/s3:|glue|files_/);
});

test.each([
  ['AccessDeniedException', 400, {}, { reason: 'access-denied' }],
  ['com.amazonaws.athena#TooManyRequestsException', 400, {}, { name: 'UpstreamThrottledError' }],
  ['ThrottlingException', 400, {}, { name: 'UpstreamThrottledError' }],
  ['InternalServerException', 500, {}, { reason: 'failed' }],
  ['InvalidRequestException', 400, {}, { reason: 'refused' }],
  ['UnrecognizedClientException', 400, {}, { reason: 'credentials' }],
  ['InvalidSignatureException', 400, { message: 'Signature expired: 20261126T0100' }, { reason: 'clock-skew' }],
  ['InvalidSignatureException', 400, { Message: 'The request signature does not match' }, { reason: 'credentials' }],
] as const)('an answer %s with status %i', (__type, status, words, expected) => {
  expect(athenaFault(status, JSON.stringify({ __type, ...words }))).toMatchObject(expected);
});

test.each([
  [403, 'access-denied'],
  [502, 'failed'],
  [404, 'refused'],
])('an answer %i whose body is no JSON', (status, reason) => {
  expect(athenaFault(status, '<html>')).toMatchObject({ reason });
});
