/** Audit lines by the forwarder's own bundle to moto's EventBridge and Security Hub, an implementation that is not ours. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { buildSync } from 'esbuild';
import { beforeAll, expect, test, vi } from 'vitest';
import { BUNDLE_FILES } from '../../lambdas/contract.ts';
import { signedPost } from '../../lambdas/upstreams/signed-post.ts';
import { BUNDLER_OPTIONS } from '../../lib/functions/bundle.ts';

const MOTO = process.env['MOTO'];
if (!MOTO) throw new Error('MOTO is not set: run .ci/deep.d/moto.sh');
const REGION = 'eu-west-1';
const ACCOUNT = '123456789012';
const BUS = `arn:aws:events:${REGION}:${ACCOUNT}:event-bus/security`;

beforeAll(() => {
  for (const name of ['EVENTS', 'SECURITYHUB']) vi.stubEnv(`AWS_ENDPOINT_URL_${name}`, MOTO);
  for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']) vi.stubEnv(name, 'moto');
  vi.stubEnv('AWS_REGION', REGION);
});

async function events(operation: string, body: object): Promise<Record<string, unknown>> {
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `AWSEvents.${operation}` };
  const { status, text } = await signedPost({ service: 'events', path: '/', headers, body }, REGION);
  if (status !== 200) throw new Error(`${operation}: ${status} ${text}`);
  return JSON.parse(text);
}

/** The function as it ships, told to send there. */
async function forwarderTo(to: string): Promise<(event: unknown) => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'mrt-forwarder-'));
  buildSync({
    ...BUNDLER_OPTIONS,
    entryPoints: [{ in: 'lambdas/audit_forwarder/handler.ts', out: 'index' }],
    outdir: folder,
  });
  writeFileSync(join(folder, BUNDLE_FILES.settings), JSON.stringify({ stage: 'test', account: ACCOUNT, to }));
  const { handler } = await import(pathToFileURL(join(folder, 'index.mjs')).href);
  rmSync(folder, { recursive: true });
  return handler;
}

function delivered(count: number, fields: readonly string[] = []) {
  const logEvents = Array.from({ length: count }, (_, n) => ({
    ...{ id: `${n}`, timestamp: Date.parse('2026-11-26T12:00:00Z') + n },
    message: JSON.stringify({
      ...{ event: 'mrt.audit', request_id: `r${n}`, route: 'users', principal: 'client:a', status: 200, clear: true },
      fields,
    }),
  }));
  const data = gzipSync(JSON.stringify({ messageType: 'DATA_MESSAGE', logEvents })).toString('base64');
  return { awslogs: { data } };
}

test('EventBridge takes every line as an event of the bus, also those that were too large', async () => {
  await events('CreateEventBus', { Name: 'security' });
  await events('CreateArchive', { ArchiveName: 'all', EventSourceArn: BUS });
  const forward = await forwarderTo(BUS);
  await forward(delivered(23));
  const long = Array.from({ length: 9_000 }, (_, n) => `Module.Constant_${n}_${'x'.repeat(40)}`);
  await forward(delivered(2, long));
  expect(await events('DescribeArchive', { ArchiveName: 'all' })).toMatchObject({ EventCount: 25 });
});

test('Security Hub takes every line as one finding, however often it is delivered', async () => {
  const forward = await forwarderTo('security_hub');
  await forward(delivered(120));
  await forward(delivered(120));
  const found = new Set<string>();
  let token: string | undefined;
  do {
    const headers = { 'content-type': 'application/json' };
    const body = { MaxResults: 100, ...(token && { NextToken: token }) };
    const { text } = await signedPost({ service: 'securityhub', path: '/findings', headers, body }, REGION);
    const page = JSON.parse(text) as { Findings: { Id: string; Types: string[] }[]; NextToken?: string };
    for (const { Id } of page.Findings) found.add(Id);
    token = page.NextToken;
  } while (token);
  expect(found.size).toBe(120);
});
