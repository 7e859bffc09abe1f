import { Client } from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { deployedModel } from '../../../../lambdas/routes/micro_flow_constants/deployed-model.ts';
import { freshDatabase, type TestDatabase } from '../../../postgres.ts';

/** As the role with column grants, on the catalogs that the runtimes of both generations make. */
async function asked(database: TestDatabase) {
  const client = new Client(database.readerUrl);
  await client.connect();
  try {
    return await deployedModel({ query: async (text) => (await client.query(text)).rows });
  } finally {
    await client.end();
  }
}

describe.each([
  ['shop-prod', { model_version: '1.4.2.311', mendix_version: '10.24.15.93102' }],
  ['shop-acc', { model_version: '1.2.0.188', mendix_version: null }],
] as const)('the model that %s runs', (sample, expected) => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await freshDatabase(sample);
    await database.grantReader();
  });
  afterEach(() => database.drop());

  test('is what the runtime noted, and null where the table says nothing', async () => {
    expect(await asked(database)).toEqual(expected);
    await database.query('DELETE FROM "mendixsystem$version"');
    expect(await asked(database)).toBe(null);
  });
});
