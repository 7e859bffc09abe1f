/** The forwarder as it ships: what it cannot hand on it throws, so that Lambda brings the delivery again. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { buildSync } from 'esbuild';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { BUNDLE_FILES } from '../../../lambdas/contract.ts';
import { BUNDLER_OPTIONS } from '../../../lib/functions/bundle.ts';

const BUS = 'arn:aws:events:eu-west-1:999988887777:event-bus/security';
const folder = mkdtempSync(join(tmpdir(), 'mrt-forwarder-'));
let handler: (event: unknown) => Promise<void>;
let server: Server;
/** Request ids of the lines of each call, and how many of the next call are not taken. */
const calls: string[][] = [];
let refusing = 0;

beforeAll(async () => {
  buildSync({
    ...BUNDLER_OPTIONS,
    entryPoints: [{ in: 'lambdas/audit_forwarder/handler.ts', out: 'index' }],
    outdir: folder,
  });
  const settings = { stage: 'test', account: '111122223333', to: BUS };
  writeFileSync(join(folder, BUNDLE_FILES.settings), JSON.stringify(settings));
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const { Entries } = JSON.parse(Buffer.concat(chunks).toString()) as { Entries: { Detail: string }[] };
    calls.push(Entries.map(({ Detail }) => JSON.parse(Detail).request_id));
    response.end(JSON.stringify({ FailedEntryCount: refusing, Entries: [] }));
    refusing = 0;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  vi.stubEnv('AWS_ENDPOINT_URL_EVENTS', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']) vi.stubEnv(name, 'key');
  vi.stubEnv('AWS_REGION', 'eu-west-1');
  ({ handler } = await import(pathToFileURL(join(folder, 'index.mjs')).href));
});
afterAll(() => {
  vi.unstubAllEnvs();
  server.close();
  rmSync(folder, { recursive: true });
});

const line = (request_id: string) =>
  JSON.stringify({ event: 'mrt.audit', request_id, route: 'users', principal: 'client:a', status: 200, clear: true });
const delivery = {
  awslogs: {
    data: gzipSync(
      JSON.stringify({
        messageType: 'DATA_MESSAGE',
        logEvents: Array.from({ length: 12 }, (_, n) => ({ id: `${n}`, timestamp: 1, message: line(`r${n}`) })),
      }),
    ).toString('base64'),
  },
};

test('a delivery of which a line was not taken is an error without a line in it, and comes whole again with the next try', async () => {
  const written = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  refusing = 2;
  await expect(handler(delivery)).rejects.toThrow(/^2 of 12 lines were not taken: events did not take all lines$/);
  expect(JSON.parse(String(written.mock.lastCall?.[0]))).toMatchObject({
    event: 'mrt.forwarded',
    lines: 10,
    refused: 2,
  });
  const first = calls.splice(0).flat();
  await expect(handler(delivery)).resolves.toBeUndefined();
  // Nothing is lost; what came twice has the same request_id, by which a receiver knows it.
  expect(calls.flat()).toEqual(first);
  expect(new Set(first).size).toBe(12);
  written.mockRestore();
});

test('what is no delivery is an error too, as an event that is thrown away would be a line that nobody misses', async () => {
  await expect(handler({ awslogs: { data: 'bm8=' } })).rejects.toThrow();
});
