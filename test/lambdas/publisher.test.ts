import { createHash, generateKeyPairSync, type JsonWebKey } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { S3Client } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { KeySet } from '../../lambdas/contract.ts';
import type { KeyObject } from '../../lambdas/keys/object.ts';
import { answerStack, isStackRequest, type StackRequest } from '../../lambdas/publisher/custom-resource.ts';
import { publish } from '../../lambdas/publisher/publish.ts';
import { WritableBucket } from '../../lambdas/upstreams/s3/writable-bucket.ts';

const POOL = 'eu-west-1_AbCdEfGhI';
const NOW = new Date('2026-11-22T12:00:00Z');
const DAY_MS = 86_400_000;

/** A bucket with S3's rules for conditional writes, over HTTP. */
class Bucket {
  readonly objects = new Map<string, { text: string; modified: Date }>();
  /** Runs before a write is judged: what another publisher does meanwhile. */
  meanwhile: (key: string) => void = () => {};

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const key = new URL(request.url ?? '', 'http://s3').pathname.replace('/keys/', '');
    if (request.method === 'GET') {
      const found = this.objects.get(key);
      if (found === undefined) {
        response.writeHead(404, { 'content-type': 'application/xml' }).end('<Error><Code>NoSuchKey</Code></Error>');
        return;
      }
      response
        .writeHead(200, { etag: etagOf(found.text), 'last-modified': found.modified.toUTCString() })
        .end(found.text);
      return;
    }
    const text = await bodyOf(request);
    this.meanwhile(key);
    const found = this.objects.get(key);
    const { 'if-match': ifMatch, 'if-none-match': ifNoneMatch } = request.headers;
    const refused =
      (ifNoneMatch === '*' && found !== undefined) ||
      (ifMatch !== undefined && (found === undefined || etagOf(found.text) !== ifMatch));
    if (refused) {
      response
        .writeHead(412, { 'content-type': 'application/xml' })
        .end('<Error><Code>PreconditionFailed</Code></Error>');
      return;
    }
    this.objects.set(key, { text, modified: NOW });
    response.writeHead(200, { etag: etagOf(text) }).end();
  }

  keys(): KeyObject {
    return JSON.parse(this.objects.get('keys.json')?.text ?? 'null');
  }
}

const etagOf = (text: string) => `"${createHash('md5').update(text).digest('hex')}"`;

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const body = Buffer.concat(chunks).toString();
  // The SDK sends a body with a trailing checksum in chunks.
  return request.headers['content-encoding'] === 'aws-chunked' ? (body.split('\r\n')[1] ?? '') : body;
}

function publicKey(kid: string, modulusLength = 2048): JsonWebKey & { kid: string } {
  const { publicKey: key } = generateKeyPairSync('rsa', { modulusLength });
  return { ...key.export({ format: 'jwk' }), kid, alg: 'RS256', use: 'sig' };
}

const COGNITO_KEYS = { keys: [publicKey('first'), publicKey('second')] };

let servers: Server[] = [];

async function listen(answer: (request: IncomingMessage, response: ServerResponse) => unknown): Promise<URL> {
  const server = createServer((request, response) => void answer(request, response));
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
}

let bucket: Bucket;
let store: WritableBucket;
let client: S3Client;
let cognito: URL;
/** What Cognito answers; tests change it. */
let jwks: { status: number; text: string };

beforeEach(async () => {
  bucket = new Bucket();
  const s3 = await listen((request, response) => bucket.answer(request, response));
  client = new S3Client({
    region: 'eu-west-1',
    endpoint: s3.href,
    forcePathStyle: true,
    maxAttempts: 1,
    credentials: { accessKeyId: 'key', secretAccessKey: 'secret' },
  });
  store = new WritableBucket(client, 'keys');
  jwks = { status: 200, text: JSON.stringify(COGNITO_KEYS) };
  cognito = await listen((request, response) => {
    const known = request.url === `/${POOL}/.well-known/jwks.json`;
    response.writeHead(known ? jwks.status : 404).end(jwks.text);
  });
});

afterEach(async () => {
  client.destroy();
  for (const server of servers) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
  servers = [];
});

const run = (now = NOW, keySets: readonly KeySet[] = [], revoked: string | null = null) =>
  publish({ store, cognito, userPoolId: POOL, keySets, revoked, now, signal: AbortSignal.timeout(20_000) });

describe("Cognito's public keys", () => {
  test('are written as Cognito serves them', async () => {
    const published = await run();
    expect(published.keyIds).toEqual(['first', 'second']);
    const written = JSON.parse(bucket.objects.get('jwks.json')?.text ?? '');
    expect(written.keys.map(({ kid, n }: { kid: string; n: string }) => [kid, n])).toEqual(
      COGNITO_KEYS.keys.map(({ kid, n }) => [kid, n]),
    );
  });

  test('are written anew each time, and their age before is reported', async () => {
    expect((await run()).ageSeconds).toBe(0);
    expect((await run(new Date(NOW.getTime() + 900_000))).ageSeconds).toBe(900);
  });

  test.each([
    ['an error', { status: 500, text: JSON.stringify(COGNITO_KEYS) }],
    ['no JSON', { status: 200, text: '<html>' }],
    ['no keys', { status: 200, text: '{"keys":[]}' }],
    [
      'a key of another algorithm',
      { status: 200, text: JSON.stringify({ keys: [{ ...COGNITO_KEYS.keys[0], alg: 'HS256' }] }) },
    ],
    ['a short key', { status: 200, text: JSON.stringify({ keys: [publicKey('short', 1024)] }) }],
  ])('stay as they are when Cognito answers with %s', async (_, answer) => {
    await run();
    const before = bucket.objects.get('jwks.json')?.text;
    jwks = answer;
    await expect(run()).rejects.toThrow(/Cognito/);
    expect(bucket.objects.get('jwks.json')?.text).toBe(before);
  });
});

describe('the signing keys', () => {
  test('are made once: random, 32 bytes, version v1', async () => {
    expect((await run()).signingKeys).toBe('created');
    const { cursor, fingerprint, identity } = bucket.keys();
    expect(cursor.previous).toBeNull();
    const keys = [cursor.current, fingerprint, identity];
    expect(keys.map(({ version }) => version)).toEqual(['v1', 'v1', 'v1']);
    for (const { key } of keys) expect(Buffer.from(key, 'base64')).toHaveLength(32);
    expect(new Set(keys.map(({ key }) => key)).size).toBe(3);
  });

  test('stay while the cursor key is younger than 30 days', async () => {
    await run();
    const before = bucket.keys();
    expect((await run(new Date(NOW.getTime() + 30 * DAY_MS - 1))).signingKeys).toBe('unchanged');
    expect(bucket.keys()).toEqual(before);
  });

  test('rotate the cursor key after 30 days and keep the one before, and never the other two', async () => {
    await run();
    const before = bucket.keys();
    expect((await run(new Date(NOW.getTime() + 30 * DAY_MS))).signingKeys).toBe('rotated');
    const after = bucket.keys();
    expect(after.cursor.previous).toEqual(before.cursor.current);
    expect(after.cursor.current.version).toBe('v2');
    expect(after.cursor.current.key).not.toBe(before.cursor.current.key);
    expect([after.fingerprint, after.identity]).toEqual([before.fingerprint, before.identity]);
  });

  test('made by another publisher meanwhile are left alone', async () => {
    await run();
    const theirs = bucket.objects.get('keys.json');
    bucket.objects.delete('keys.json');
    bucket.meanwhile = () => {
      if (theirs) bucket.objects.set('keys.json', theirs);
    };
    expect((await run()).signingKeys).toBe('unchanged');
    expect(bucket.objects.get('keys.json')).toEqual(theirs);
  });

  test('rotated by another publisher meanwhile are left alone', async () => {
    await run();
    const theirs = { text: JSON.stringify({ ...bucket.keys(), marked: true }), modified: NOW };
    bucket.meanwhile = () => bucket.objects.set('keys.json', theirs);
    expect((await run(new Date(NOW.getTime() + 31 * DAY_MS))).signingKeys).toBe('unchanged');
    expect(bucket.objects.get('keys.json')).toEqual(theirs);
  });

  test('keep what a newer release has added, through a rotation too: a roll-back loses nothing', async () => {
    await run();
    const newer = { ...bucket.keys(), internal_tokens: { current: 'k1' } };
    bucket.objects.set('keys.json', { text: JSON.stringify(newer), modified: NOW });
    expect((await run(new Date(NOW.getTime() + 31 * DAY_MS))).signingKeys).toBe('rotated');
    expect(bucket.keys()).toMatchObject({ internal_tokens: { current: 'k1' }, fingerprint: newer.fingerprint });
  });

  test.each(['', '{', '{"schema_version":2}', '{"schema_version":1,"cursor":{}}'])(
    'that cannot be parsed (%j) are never overwritten: the run fails, and still brings the public keys',
    async (text) => {
      bucket.objects.set('keys.json', { text, modified: NOW });
      await expect(run()).rejects.toThrow('keys.json in the key bucket is malformed');
      expect(bucket.objects.get('keys.json')?.text).toBe(text);
      expect(bucket.objects.has('jwks.json')).toBe(true);
    },
  );

  test('are made even while Cognito does not answer', async () => {
    jwks = { status: 503, text: '' };
    await expect(run()).rejects.toThrow('Cognito answered 503');
    expect(bucket.keys().schema_version).toBe(1);
  });
});

describe('the key pairs', () => {
  const SETS = ['tokens', 'answers'] as const;
  const objects = () => new Set(bucket.objects.keys());

  test('are not made in a stage that has no use for them', async () => {
    expect((await run()).keyPairs).toEqual({});
    expect(objects()).toEqual(new Set(['jwks.json', 'keys.json']));
  });

  test('are made for each purpose, with their public halves beside them and nothing private in those', async () => {
    expect((await run(NOW, SETS)).keyPairs).toEqual({ tokens: 'created', answers: 'created' });
    const text = bucket.objects.get('public-keys.json')?.text ?? '';
    expect(JSON.parse(text).keys.map(({ use }: { use: string }) => use)).toEqual(['jwt-svid', 'sig']);
    for (const set of SETS) {
      const [{ jwk }] = JSON.parse(bucket.objects.get(`${set.slice(0, -1)}-key-pairs.json`)?.text ?? '').pairs;
      expect(text).toContain(jwk.x);
      expect(text).not.toContain(jwk.d);
    }
  });

  test('stay as they are until something is due, and are then written once', async () => {
    await run(NOW, SETS);
    const before = new Map(bucket.objects);
    expect((await run(NOW, SETS)).keyPairs).toEqual({ tokens: 'unchanged', answers: 'unchanged' });
    expect(bucket.objects.get('public-keys.json')).toBe(before.get('public-keys.json'));
    const later = new Date(NOW.getTime() + 29 * DAY_MS);
    expect((await run(later, SETS)).keyPairs).toEqual({ tokens: 'renewed', answers: 'renewed' });
    expect((await run(later, SETS)).keyPairs).toEqual({ tokens: 'unchanged', answers: 'unchanged' });
  });

  test('made by another publisher meanwhile are left alone, and published', async () => {
    await run(NOW, SETS);
    const theirs = bucket.objects.get('token-key-pairs.json');
    bucket.objects.delete('token-key-pairs.json');
    bucket.meanwhile = () => {
      if (theirs) bucket.objects.set('token-key-pairs.json', theirs);
    };
    expect((await run(NOW, SETS)).keyPairs).toMatchObject({ tokens: 'unchanged' });
    expect(bucket.objects.get('token-key-pairs.json')).toEqual(theirs);
    const [{ kid }] = JSON.parse(theirs?.text ?? '').pairs;
    expect(bucket.objects.get('public-keys.json')?.text).toContain(kid);
  });

  test('that come into wrong hands are replaced and withdrawn in one run, each by its id', async () => {
    await run(NOW, SETS);
    const kidOf = (object: string) => JSON.parse(bucket.objects.get(object)?.text ?? '').pairs[0].kid as string;
    const [token, answer] = [kidOf('token-key-pairs.json'), kidOf('answer-key-pairs.json')];
    expect((await run(NOW, SETS, token)).keyPairs).toEqual({ tokens: 'renewed', answers: 'unchanged' });
    expect(kidOf('token-key-pairs.json')).not.toBe(token);
    const { text = '' } = bucket.objects.get('public-keys.json') ?? {};
    expect(text).not.toContain(token);
    expect(text).toContain(answer);
  });

  test('are not called withdrawn by an id that none has, or in a stage that has none', async () => {
    await run(NOW, SETS);
    await expect(run(NOW, SETS, 'nobody has this id')).rejects.toThrow('no key pair has the id');
    await expect(run(NOW, [], 'any')).rejects.toThrow('this stage has no key pairs');
  });

  test.each(['token-key-pairs.json', 'public-keys.json'])(
    'are not called withdrawn when another publisher wrote %s meanwhile',
    async (object) => {
      await run(NOW, SETS);
      const { kid } = JSON.parse(bucket.objects.get('token-key-pairs.json')?.text ?? '').pairs[0];
      const theirs = { text: `${bucket.objects.get(object)?.text} `, modified: NOW };
      bucket.meanwhile = (key) => key === object && bucket.objects.set(object, theirs);
      await expect(run(NOW, SETS, kid)).rejects.toThrow('withdraw it again');
      bucket.meanwhile = () => {};
      await run(NOW, SETS, kid);
      expect(bucket.objects.get(object)?.text).not.toContain(kid);
    },
  );

  test.each(['token-key-pairs.json', 'public-keys.json'])(
    'in %s are never written over when unreadable',
    async (key) => {
      await run(NOW, SETS);
      bucket.objects.set(key, { text: '{"schema_version":1,"pairs":[]}', modified: NOW });
      await expect(run(NOW, SETS)).rejects.toThrow();
      expect(bucket.objects.get(key)?.text).toBe('{"schema_version":1,"pairs":[]}');
      expect(bucket.keys().schema_version).toBe(1);
    },
  );
});

describe("the stack's custom resource", () => {
  const request = (address: URL): StackRequest => ({
    RequestType: 'Create',
    ResponseURL: new URL('/answer?signature=x', address).href,
    StackId: 'stack',
    RequestId: 'request',
    LogicalResourceId: 'FirstKeys',
  });

  async function cloudFormation(status = 200) {
    const answers: { body: Record<string, string>; type: string | undefined }[] = [];
    const address = await listen(async (incoming, response) => {
      answers.push({ body: JSON.parse(await bodyOf(incoming)), type: incoming.headers['content-type'] });
      response.writeHead(status).end();
    });
    return { address, answers };
  }

  test('is told SUCCESS after the work, with no content type, which the presigned address would refuse', async () => {
    const { address, answers } = await cloudFormation();
    await answerStack(request(address), run);
    expect(answers).toEqual([
      {
        type: undefined,
        body: {
          Status: 'SUCCESS',
          Reason: 'published',
          PhysicalResourceId: 'mrt-keys',
          StackId: 'stack',
          RequestId: 'request',
          LogicalResourceId: 'FirstKeys',
        },
      },
    ]);
    expect(bucket.objects.size).toBe(2);
  });

  test('is told FAILED with the reason instead of being left to hang', async () => {
    const { address, answers } = await cloudFormation();
    jwks = { status: 500, text: '' };
    await answerStack(request(address), run, { attempts: 2, pauseMs: 1 });
    expect(answers[0]?.body).toMatchObject({
      Status: 'FAILED',
      Reason: "The keys could not be published: Cognito answered 500 for the pool's keys",
    });
  });

  test('is told SUCCESS when a refusal passes, as that of a role made a moment ago does', async () => {
    const { address, answers } = await cloudFormation();
    let refusals = 2;
    const work = async () => {
      refusals -= 1;
      if (refusals >= 0) throw new Error('AccessDenied');
      return run();
    };
    await answerStack(request(address), work, { attempts: 3, pauseMs: 1 });
    expect(answers.map(({ body }) => body['Status'])).toEqual(['SUCCESS']);
  });

  test('keeps its physical id, so that an update is no replacement', async () => {
    const { address, answers } = await cloudFormation();
    await answerStack({ ...request(address), RequestType: 'Update', PhysicalResourceId: 'old-id' }, run);
    expect(answers[0]?.body['PhysicalResourceId']).toBe('old-id');
  });

  test('is tried again when CloudFormation does not take the answer', async () => {
    const { address } = await cloudFormation(500);
    await expect(answerStack(request(address), run)).rejects.toThrow('CloudFormation answered 500');
  });

  test('is told from the schedule by its fields', () => {
    expect(isStackRequest(request(new URL('https://example.com')))).toBe(true);
    expect(isStackRequest({ source: 'aws.events', 'detail-type': 'Scheduled Event' })).toBe(false);
    expect(isStackRequest({ RequestType: 'Create' })).toBe(false);
  });
});
