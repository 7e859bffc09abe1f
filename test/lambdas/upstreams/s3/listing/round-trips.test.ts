import type { KeyShape } from '@mrt/local-aws/s3/synthetic.ts';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { Deadline, Timing } from '../../../../../lambdas/context.ts';
import { listBucket } from '../../../../../lambdas/upstreams/s3/listing/listing.ts';
import { EVERYTHING, principal } from '../../../../packages/local-aws/iam/principal.ts';
import { REGION } from '../../../../packages/local-aws/s3/client.ts';
import { actAs } from '../../../process-credentials.ts';
import { VirtualNetwork } from './virtual-network.ts';

let network: VirtualNetwork;
vi.mock('../../../../../lambdas/upstreams/s3/listing/connections.ts', () => ({
  MAX_CONNECTIONS: 64,
  getPage: (...args: Parameters<VirtualNetwork['getPage']>) => network.getPage(...args),
}));

let restore: () => void;
beforeAll(() => {
  restore = actAs(principal([EVERYTHING]), { AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:1' });
});
afterAll(() => restore());

/** 200 pages at the least. 16, then 33, then 64 connections need six round trips for them. */
const KEYS = 20_000;
const PAGE_KEYS = 100;

/** Dates needed 11 and words 19 when folders were found by their pages alone. */
const LIMITS: [KeyShape, rounds: number, requests: number][] = [
  ['uuid', 7, 245],
  ['deep', 8, 255],
  ['dates', 8, 315],
  ['words', 8, 290],
  ['non-ascii', 10, 300],
];

test.each(LIMITS)(
  'a listing of 200 pages of %s waits for at most %i answers one after the other',
  async (shape, rounds, requests) => {
    network = new VirtualNetwork(shape, KEYS);
    const { tally } = await listBucket(
      {
        bucket: 'b',
        region: REGION,
        what: 'objects',
        page_keys: PAGE_KEYS,
        position_bytes: 4_000,
        rules: { prefix: '', pattern: null, pattern_after: '', depth: 0 },
      },
      null,
      { deadline: new Deadline(Date.now() + 60_000), timing: new Timing() },
    );
    expect(tally.current.objects).toBe(KEYS);
    expect(network.rounds).toBeLessThanOrEqual(rounds);
    expect(network.requests).toBeLessThanOrEqual(requests);
  },
);
