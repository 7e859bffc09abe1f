import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshDatabase, type TestDatabase } from '../postgres.ts';

describe('the sample database of a new app (shop-prod)', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await freshDatabase('shop-prod');
  });
  afterAll(() => database.drop());

  it('has 250 users at a hundredth', async () => {
    expect(await database.query('SELECT count(*)::int AS users FROM "system$user"')).toEqual([{ users: 250 }]);
  });
});
