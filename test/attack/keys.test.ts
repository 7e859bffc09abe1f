/**
 * The keys that everybody's admission hangs on: rotated, missing, malformed, old, and a publisher that fails. Nobody
 * gets in who should not, and all is well again without a deployment. The clocks are those of the instances.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { firstKeys } from '../../lambdas/publisher/signing-keys.ts';
import { type RunningSystem, runSystem } from '../end-to-end/running-system.ts';
import { type ClockedFunction, clockedFunction } from './clocked-function.ts';
import { keyBucket } from './key-bucket.ts';
import { functionOf } from './past-the-gateway.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
let system: RunningSystem;
let open: ClockedFunction[] = [];

beforeAll(async () => {
  system = await runSystem({ sampleScale: 0 });
});
afterEach(() => {
  for (const each of open) each.end();
  open = [];
  system.s3.faults.clear();
  vi.useRealTimers();
});
afterAll(() => system.end());

async function warm() {
  const clocked = await clockedFunction(system, 'environments');
  open.push(clocked);
  return {
    ...clocked,
    /** Time goes by for the instance and for S3, which takes no signature from another hour. */
    wait(milliseconds: number) {
      clocked.setClock(milliseconds);
      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + milliseconds });
    },
    look: async (token: string) =>
      (await clocked.invoke({ path: '/environments', authorization: `Bearer ${token}` })).status,
  };
}

const lasting = (days: number) => system.token({ claims: { exp: Math.floor(Date.now() / 1000) + days * 86_400 } });
/** With a token of the present key: the sample client's first one ends with the key that the rotations withdraw. */
const ask = async (target: string) => system.ask(target, { token: await system.token() });

describe('rotation', () => {
  test('a warm function takes the new key a minute after its last look, and the last key goes on', async () => {
    const before = await system.token();
    const { look, setClock } = await warm();
    expect(await look(before)).toBe(200);
    await system.rotateKeys();
    await system.publish();
    const after = await system.token();
    expect([await look(before), await look(after)]).toEqual([200, 401]);
    setClock(MINUTE + 1);
    expect([await look(before), await look(after)]).toEqual([200, 200]);
  });

  test('a key that Cognito has withdrawn dies within the hour, with no token that names another', async () => {
    const old = await lasting(1);
    const { look, wait } = await warm();
    expect(await look(old)).toBe(200);
    await system.rotateKeys();
    await system.rotateKeys();
    await system.publish();
    wait(HOUR + 1);
    expect(await look(old)).toBe(401);
  });

  test('a cursor serves on after its key’s rotation, and not a third one', async () => {
    const bucket = keyBucket(system);
    const good = await bucket.get('keys.json');
    const keys = JSON.parse(good) as { cursor: { current: { version: string } } };
    const page = await ask('/environments?limit=1');
    const target = `/environments?limit=1&cursor=${page.json['next_cursor']}`;
    const key = (version: string) => ({
      version,
      key: Buffer.alloc(32, version).toString('base64'),
      created: '2026-11-01T00:00:00Z',
    });
    try {
      await bucket.put(
        'keys.json',
        JSON.stringify({ ...keys, cursor: { current: key('v8'), previous: keys.cursor.current } }),
      );
      system.functions.restart();
      expect((await ask(target)).status).toBe(200);
      await bucket.put('keys.json', JSON.stringify({ ...keys, cursor: { current: key('v9'), previous: key('v8') } }));
      system.functions.restart();
      expect((await ask(target)).json).toMatchObject({ status: 400, title: 'Invalid cursor' });
    } finally {
      await bucket.put('keys.json', good);
      system.functions.restart();
    }
  });
});

/** The rehearsal of docs/recovery.md. */
describe('keys of a stage that is made anew', () => {
  const constants = '/micro_flow_constants?environment=shop-prod&limit=5';
  const follow = async (cursor: unknown) => (await ask(`${constants}&cursor=${cursor}`)).status;
  const fingerprintsIn = (json: Record<string, unknown>) =>
    (json['constants'] as { fingerprint: string | null }[]).map(({ fingerprint }) => fingerprint);

  test('change every fingerprint and end every cursor; with the copy back all are as before, without a deployment', async () => {
    const bucket = keyBucket(system);
    const copy = await bucket.get('keys.json');
    const before = await ask(constants);
    expect(fingerprintsIn(before.json).some((fingerprint) => fingerprint !== null)).toBe(true);

    await bucket.put('keys.json', JSON.stringify(firstKeys(new Date())));
    system.functions.restart();
    expect(fingerprintsIn((await ask(constants)).json)).not.toEqual(fingerprintsIn(before.json));
    expect(await follow(before.json['next_cursor'])).toBe(400);

    await bucket.put('keys.json', copy);
    await system.publish();
    expect(await bucket.get('keys.json')).toBe(copy);
    system.functions.restart();
    expect(fingerprintsIn((await ask(constants)).json)).toEqual(fingerprintsIn(before.json));
    expect(await follow(before.json['next_cursor'])).toBe(200);
  });
});

describe('a key pair that has got into wrong hands', () => {
  const TARGET = '/environments';
  const publicIds = async () =>
    ((await system.ask('/.well-known/jwks.json', { token: null })).json['keys'] as { kid: string }[]).map(
      ({ kid }) => kid,
    );
  const signingId = async () => {
    const { headers } = await system.ask(TARGET, {
      token: await system.token(),
      headers: { 'accept-signature': 'mrt=()' },
    });
    return /keyid="([^"]+)"/.exec(headers.get('signature-input') ?? '')?.[1];
  };

  test('is withdrawn as the runbook says: gone from the public keys, and with new instances signs no more', async () => {
    const leaked = await signingId();
    expect(await publicIds()).toContain(leaked);
    const outcome = await functionOf(system, 'publisher').invoke(JSON.stringify({ revoke: leaked }));
    expect(outcome.error).toBeNull();
    system.functions.restart();
    expect(await publicIds()).not.toContain(leaked);
    expect(await publicIds()).toContain(await signingId());
    expect(await signingId()).not.toBe(leaked);
  });

  test.each([{ revoke: 'A'.repeat(43) }, { revoke: 7 }])('is not called withdrawn after %j', async (event) => {
    const before = await publicIds();
    expect((await functionOf(system, 'publisher').invoke(JSON.stringify(event))).error).not.toBeNull();
    expect(await publicIds()).toEqual(before);
  });
});

describe('malformed objects', () => {
  const jwks = ['', '{', '{"keys":"none"}', '{"keys":[{"kid":"x"}]}'];

  test('jwks.json: a cold function lets nobody in, a warm one serves on; the publisher puts it right', async () => {
    const { look, wait } = await warm();
    const token = await lasting(1);
    expect(await look(token)).toBe(200);
    for (const text of jwks) {
      await keyBucket(system).put('jwks.json', text);
      system.functions.restart();
      const refused = await system.ask('/environments', { token });
      expect([refused.status, refused.json['title']], text).toEqual([503, 'Keys unavailable']);
      expect(refused.headers.get('retry-after')).toBe('60');
    }
    wait(2 * HOUR);
    expect(await look(token)).toBe(200);
    vi.useRealTimers();
    await system.publish();
    // The same instance that had refused: no restart, no deployment.
    expect((await system.ask('/environments', { token })).status).toBe(200);
  });

  test('an empty key set lets nobody in', async () => {
    await keyBucket(system).put('jwks.json', '{"keys":[]}');
    system.functions.restart();
    expect([401, 503]).toContain((await ask('/environments')).status);
    await system.publish();
    system.functions.restart();
    expect((await ask('/environments')).status).toBe(200);
  });

  test.each([
    '',
    'null',
    '{"schema_version":1}',
    '{"schema_version":1,"cursor":{"current":{"version":"v1","key":""}}}',
  ])(
    'keys.json as %s: no page is signed and no cursor read, and the publisher does not write over it',
    async (text) => {
      const bucket = keyBucket(system);
      const good = await bucket.get('keys.json');
      await bucket.put('keys.json', text);
      try {
        system.functions.restart();
        const refused = await ask('/environments?limit=1');
        expect([refused.status, refused.json['title']]).toEqual([503, 'Keys unavailable']);
        await expect(system.publish()).rejects.toThrow();
        expect(await bucket.get('keys.json')).toBe(text);
      } finally {
        await bucket.put('keys.json', good);
      }
      expect((await ask('/environments?limit=1')).status).toBe(200);
    },
  );
});

describe('the publisher', () => {
  test('that may not write fails aloud, and the functions go on with what is there', async () => {
    system.s3.faults.inject({ kind: 'denied', every: 1, operation: 'PutObject' });
    await expect(system.publish()).rejects.toThrow();
    system.functions.restart();
    expect((await ask('/environments')).status).toBe(200);
    system.s3.faults.clear();
    await system.publish();
  });

  test('silent for a day: nobody gets in, until it has run again', async () => {
    const { look, wait } = await warm();
    const token = await lasting(3);
    expect(await look(token)).toBe(200);
    wait(23 * HOUR);
    expect(await look(token)).toBe(200);
    vi.useRealTimers();
    wait(25 * HOUR);
    expect(await look(token)).toBe(503);
  });
});

describe('a clock that is wrong by five minutes', () => {
  test('ahead: tokens end five minutes early, all else works', async () => {
    const { look, setClock } = await warm();
    setClock(5 * MINUTE);
    const ending = await system.token({ claims: { exp: Math.floor(Date.now() / 1000) + 240 } });
    expect([await look(await system.token()), await look(ending)]).toEqual([200, 401]);
  });

  test('behind: an expired token gets no further than the gateway, which has a clock of its own', async () => {
    const { look, setClock } = await warm();
    setClock(-5 * MINUTE);
    expect(await look(await system.token())).toBe(200);
    const expired = await system.token({ claims: { exp: Math.floor(Date.now() / 1000) - 240 } });
    expect((await system.ask('/environments', { token: expired })).status).toBe(401);
  });

  test('beyond the fifteen minutes of AWS signatures the keys cannot be read: nobody gets in', async () => {
    const { look, setClock } = await warm();
    setClock(20 * MINUTE);
    expect(await look(await system.token())).toBe(503);
    setClock(0);
    expect(await look(await system.token())).toBe(200);
  });
});
