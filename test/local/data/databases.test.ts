/** A foreign PostgreSQL (`MRT_DATABASE_URL`) in the place of one sample app. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningSystem, runSystem } from '../../end-to-end/running-system.ts';
import { freshDatabase, type TestDatabase } from '../../postgres.ts';

let foreign: TestDatabase;
let system: RunningSystem;

beforeAll(async () => {
  foreign = await freshDatabase('shop-prod');
  await foreign.grantReader();
  system = await runSystem({ environment: { MRT_DATABASE_URL: foreign.readerUrl } });
});
afterAll(async () => {
  await system.end();
  await foreign.drop();
});

test('a foreign database stands for shop-prod', async () => {
  const { json } = await system.ask('/users?environment=shop-prod&limit=1&count=exact');
  expect(json).toMatchObject({ complete: true, count: { value: 250 } });
});

test('it does not stand for the app beside it on the same server, which is not there then', async () => {
  const token = await system.token({ client: 'pet-shop-client' });
  const { status, json } = await system.ask('/users?environment=pet-shop-prod&limit=1', { token });
  expect([status, json['title'], json['reason']]).toEqual([503, 'Database unavailable', 'unreachable']);
});
