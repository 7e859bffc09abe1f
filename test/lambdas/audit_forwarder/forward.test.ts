/** Audit lines over HTTP to a server that answers as EventBridge and Security Hub do. */
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SignatureV4 } from '@smithy/signature-v4';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { forward } from '../../../lambdas/audit_forwarder/forward.ts';
import type { AuditLine } from '../../../lambdas/audit_forwarder/lines.ts';
import { eventCalls, findingCalls } from '../../../lambdas/audit_forwarder/targets.ts';
import { Sha256 } from '../../../lambdas/upstreams/s3/signed-https.ts';

const BUS = 'arn:aws:events:eu-west-1:999988887777:event-bus/security';
const PLACE = { account: '111122223333', region: 'eu-west-1', stage: 'prod' };
const KEYS = { accessKeyId: 'ASIAEXAMPLE', secretAccessKey: 'secret', sessionToken: 'session' };

interface Received {
  path: string;
  headers: IncomingHttpHeaders;
  text: string;
}

let server: Server;
let received: Received[];
/** What the next calls are answered; then all is taken. */
let answers: { status: number; text: string }[];

beforeEach(async () => {
  received = [];
  answers = [];
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    received.push({ path: request.url ?? '', headers: request.headers, text: Buffer.concat(chunks).toString() });
    const { status, text } = answers.shift() ?? { status: 200, text: '{"FailedEntryCount":0}' };
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  for (const name of ['EVENTS', 'SECURITYHUB']) vi.stubEnv(`AWS_ENDPOINT_URL_${name}`, address);
  vi.stubEnv('AWS_ACCESS_KEY_ID', KEYS.accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', KEYS.secretAccessKey);
  vi.stubEnv('AWS_SESSION_TOKEN', KEYS.sessionToken);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const lines = (count: number): AuditLine[] =>
  Array.from({ length: count }, (_, index) => {
    const line = {
      event: 'mrt.audit',
      request_id: `r${index}`,
      route: 'users',
      principal: null,
      status: 200,
      clear: true,
    };
    return { id: String(index), time: new Date(0), text: JSON.stringify(line), line: line as AuditLine['line'] };
  });
const send = (count: number) => forward(eventCalls(lines(count), BUS), () => PLACE.region);

/** What AWS would work out of what came, with the same keys. */
async function signatureOf({ path, headers, text }: Received, service: string): Promise<unknown> {
  const all = /SignedHeaders=([^,]+)/.exec(headers.authorization ?? '')?.[1]?.split(';') ?? [];
  // Worked out anew from the body.
  const names = all.filter((name) => name !== 'x-amz-content-sha256');
  const own = { region: PLACE.region, service, credentials: KEYS, sha256: Sha256, applyChecksum: true };
  const [hostname = '', port] = (headers.host ?? '').split(':');
  const [, y, m, d, h, min, s] = /^(....)(..)(..)T(..)(..)(..)Z$/.exec(String(headers['x-amz-date'])) ?? [];
  const signed = await new SignatureV4(own).sign(
    {
      ...{ method: 'POST', protocol: 'http:', hostname, port: Number(port), path, query: {}, body: text },
      headers: Object.fromEntries(names.map((name) => [name, String(headers[name])])),
    },
    { signingDate: new Date(`${y}-${m}-${d}T${h}:${min}:${s}Z`) },
  );
  return signed.headers['authorization'];
}

describe('lines go out', () => {
  test('to EventBridge as PutEvents, ten a call, signed over what came', async () => {
    expect(await send(12)).toEqual({ taken: 12, refused: 0, reasons: [] });
    expect(received.map(({ text }) => JSON.parse(text).Entries.length)).toEqual([10, 2]);
    for (const call of received) {
      expect(call.headers['x-amz-target']).toBe('AWSEvents.PutEvents');
      expect(call.headers['x-amz-security-token']).toBe(KEYS.sessionToken);
      expect(call.headers.authorization).toBe(await signatureOf(call, 'events'));
      expect(await signatureOf({ ...call, text: `${call.text} ` }, 'events')).not.toBe(call.headers.authorization);
    }
  });

  test('to Security Hub as BatchImportFindings', async () => {
    answers = [{ status: 200, text: '{"FailedCount":0,"SuccessCount":3,"FailedFindings":[]}' }];
    expect(await forward(findingCalls(lines(3), PLACE), () => PLACE.region)).toMatchObject({ taken: 3, refused: 0 });
    expect(received[0]?.path).toBe('/findings/import');
    expect(received[0]?.headers.authorization).toBe(await signatureOf(received[0] as Received, 'securityhub'));
  });
});

describe('what was not taken is counted, and the rest goes on', () => {
  test.each([
    [
      'some entries of a good call',
      { status: 200, text: '{"FailedEntryCount":3,"Entries":[]}' },
      3,
      'events did not take all lines',
    ],
    ['a throttled call', { status: 400, text: '{"__type":"ThrottlingException"}' }, 10, 'events answered 400'],
    ['a failing service', { status: 500, text: '' }, 10, 'events answered 500'],
    ['an answer that is none', { status: 200, text: '<html>' }, 10, 'events gave no answer'],
  ])('%s', async (_, answer, refused, reason) => {
    answers = [answer];
    expect(await send(12)).toEqual({ taken: 12 - refused, refused, reasons: [reason] });
    expect(received).toHaveLength(2);
  });

  test('findings that Security Hub refuses', async () => {
    answers = [{ status: 200, text: '{"FailedCount":1,"SuccessCount":1,"FailedFindings":[{"Id":"x"}]}' }];
    const result = await forward(findingCalls(lines(2), PLACE), () => PLACE.region);
    expect(result).toEqual({ taken: 1, refused: 1, reasons: ['securityhub did not take all lines'] });
  });

  test('nobody who answers, and the next try brings every line again', async () => {
    vi.stubEnv('AWS_ENDPOINT_URL_EVENTS', 'http://127.0.0.1:1');
    expect(await send(2)).toEqual({ taken: 0, refused: 2, reasons: ['events gave no answer'] });
    vi.stubEnv('AWS_ENDPOINT_URL_EVENTS', process.env['AWS_ENDPOINT_URL_SECURITYHUB']);
    expect(await send(2)).toEqual({ taken: 2, refused: 0, reasons: [] });
  });
});
