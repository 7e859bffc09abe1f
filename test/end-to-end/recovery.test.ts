/** The rehearsal of docs/recovery.md: the signing keys of a stage that is made anew, before and after the copy is back. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { firstKeys } from '../../lambdas/publisher/signing-keys.ts';
import { keyBucket } from '../attack/key-bucket.ts';
import { type RunningSystem, runSystem } from './running-system.ts';

const CONSTANTS = '/micro_flow_constants?environment=shop-prod&limit=5';
let system: RunningSystem;

beforeAll(async () => {
  system = await runSystem({ sampleScale: 0 });
});
afterAll(() => system.end());

interface Row {
  fingerprint: string | null;
}

async function page() {
  const { status, json } = await system.ask(CONSTANTS);
  expect(status).toBe(200);
  const rows = json['constants'] as Row[];
  return { fingerprints: rows.map(({ fingerprint }) => fingerprint), cursor: String(json['next_cursor']) };
}

const follow = async (cursor: string) => (await system.ask(`${CONSTANTS}&cursor=${cursor}`)).status;

test('new keys change every fingerprint and end every cursor; with the copy back, all are as before, without a deployment', async () => {
  const bucket = keyBucket(system);
  const copy = await bucket.get('keys.json');
  const before = await page();
  expect(before.fingerprints.some((fingerprint) => fingerprint !== null)).toBe(true);

  // What the publisher of a new stage makes.
  await bucket.put('keys.json', JSON.stringify(firstKeys(new Date())));
  system.functions.restart();
  const after = await page();
  expect(after.fingerprints).not.toEqual(before.fingerprints);
  expect(await follow(before.cursor)).toBe(400);

  await bucket.put('keys.json', copy);
  await system.publish();
  expect(await bucket.get('keys.json')).toBe(copy);
  system.functions.restart();
  expect((await page()).fingerprints).toEqual(before.fingerprints);
  expect(await follow(before.cursor)).toBe(200);
});
