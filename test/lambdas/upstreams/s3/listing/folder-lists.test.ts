import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { listObjects } from '@mrt/local-aws/s3/list-objects.ts';
import { syntheticKeys } from '@mrt/local-aws/s3/synthetic.ts';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Deadline, Timing } from '../../../../../lambdas/context.ts';
import { listBucket } from '../../../../../lambdas/upstreams/s3/listing/listing.ts';
import { EVERYTHING, principal } from '../../../../packages/local-aws/iam/principal.ts';
import { bucketOf, REGION } from '../../../../packages/local-aws/s3/client.ts';
import { actAs } from '../../../process-credentials.ts';

const PREFIX = 'apps/shop/';
const KEYS = syntheticKeys('dates', 1_500).map((key) => `${PREFIX}${key}`);
const bucket = bucketOf('b', ['apps/depot/2024/01/x', ...KEYS, 'apps/zoo/2024/01/x']);

let server: Server;
let restore: () => void;
/** What becomes of a list of folders; pages are answered as S3 does. */
let meet: (answer: ServerResponse) => void;
/** Comes before each page but the first. */
let beforePage: () => Promise<unknown>;
/** Queries of the lists of folders. */
let lists: URLSearchParams[];
let pages: number;

beforeEach(async () => {
  lists = [];
  pages = 0;
  beforePage = async () => undefined;
  server = createServer(async (asked, answer) => {
    const query = new URL(asked.url ?? '', 'http://s3').searchParams;
    if (query.has('delimiter')) {
      lists.push(query);
      meet(answer);
      return;
    }
    if (pages++ > 0) await beforePage();
    answer.end([...listObjects(bucket, query)].join(''));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  restore = actAs(principal([EVERYTHING]), { AWS_ENDPOINT_URL_S3: endpoint });
});

afterEach(() => {
  vi.restoreAllMocks();
  restore();
  server.close();
  server.closeAllConnections();
});

/** Lists what is below the prefix, and checks that it is all of it, and nothing that went wrong is told. */
async function expectWhole(): Promise<void> {
  const timing = new Timing();
  const { tally, position, interruption } = await listBucket(
    {
      bucket: 'b',
      region: REGION,
      what: 'objects',
      page_keys: 50,
      position_bytes: 4_000,
      rules: { prefix: PREFIX, pattern: null, pattern_after: PREFIX, depth: 0 },
    },
    null,
    { deadline: new Deadline(Date.now() + 60_000), timing },
  );
  expect(tally.current.objects).toBe(KEYS.length);
  expect({ position, interruption, throttled: timing.throttled() }).toEqual({
    position: null,
    interruption: null,
    throttled: 0,
  });
}

function refuse(status: number, body: string, headers: Record<string, string> = {}) {
  return (answer: ServerResponse) => void answer.writeHead(status, headers).end(body);
}

function endlessly(answer: ServerResponse): void {
  const piece = `<CommonPrefixes><Prefix>${'x'.repeat(60_000)}</Prefix></CommonPrefixes>`;
  const more = () => {
    if (!answer.destroyed) answer.write(piece, () => setImmediate(more));
  };
  answer.on('error', () => undefined).write('<ListBucketResult>');
  more();
}

const FAULTS: [string, (answer: ServerResponse) => void][] = [
  ['denied, as by a policy with a condition on the delimiter', refuse(403, '<Error><Code>AccessDenied</Code></Error>')],
  ['throttled', refuse(503, '<Error><Code>SlowDown</Code></Error>')],
  [
    'sent to another region',
    refuse(301, '<Error><Code>PermanentRedirect</Code></Error>', {
      'x-amz-bucket-region': 'us-east-1',
      location: 'http://127.0.0.1:1/',
    }),
  ],
  ['answered with another document', refuse(200, '<html><body>Welcome</body></html>')],
  ['answered with half a document', refuse(200, '<ListBucketResult><CommonPrefixes><Prefix>apps/shop/2')],
  ['cut off', (answer) => void answer.destroy()],
  ['answered without end', endlessly],
];

describe('folders of a listing', () => {
  test.each(FAULTS)(
    'whose list is %s leave the listing whole and without a fault, and are asked for no more',
    async (_, fault) => {
      meet = fault;
      await expectWhole();
      const asked = lists.length;
      // Those that were sent with the first, before its answer: the prefix and the year in it.
      expect(asked).toBeGreaterThan(0);
      expect(asked).toBeLessThanOrEqual(3);
      // The next listing is not refused as that of a bucket that throttles.
      await expectWhole();
    },
  );

  test('whose list is never answered do not hold up the end, and their connections are closed', async () => {
    // No clock ends them.
    vi.spyOn(AbortSignal, 'timeout').mockImplementation(() => new AbortController().signal);
    const closed: Promise<unknown>[] = [];
    meet = (answer) => closed.push(once(answer, 'close'));
    await expectWhole();
    expect(closed.length).toBeGreaterThan(0);
    await Promise.all(closed);
  });

  test('whose list is late are given up while pages are still under way', async () => {
    const timeout = AbortSignal.timeout.bind(AbortSignal);
    vi.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => timeout(ms === 2_000 ? 1 : ms));
    const closed = Promise.withResolvers<void>();
    meet = (answer) => void answer.once('close', closed.resolve);
    beforePage = () => closed.promise;
    await expectWhole();
  });

  test('are asked for below the prefix of the environment alone: its policy may allow no other', async () => {
    meet = (answer) => {
      const query = lists.at(-1) as URLSearchParams;
      answer.end([...listObjects(bucket, query)].join(''));
    };
    await expectWhole();
    expect(lists.length).toBeGreaterThan(1);
    expect(lists.filter((query) => query.get('prefix')?.startsWith(PREFIX) !== true)).toEqual([]);
  });
});
