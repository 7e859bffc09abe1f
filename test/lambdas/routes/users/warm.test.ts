import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Database } from '../../../../lambdas/environment-settings.ts';
import { freshDatabase, type TestDatabase } from '../../../postgres.ts';
import { UsersReader } from './reader.ts';

let database: TestDatabase;
let reader: UsersReader;
let full: Database;

beforeAll(async () => {
  database = await freshDatabase('shop-acc', 0.2);
  await database.grantReader();
  reader = await UsersReader.as(database.readerUrl);
  full = reader.source;
});
afterAll(async () => {
  await reader.end();
  await database.drop();
});

const FIELDS = { fields: ['id', 'full_name', 'email'], clear: true, count: 'none' } as const;

/** Full names and addresses that the environment shows. */
async function shown(source: Database): Promise<{ names: number; emails: number; complete: boolean }> {
  reader.source = source;
  const { users = [], complete } = (
    await reader.ask({ parameters: { ...FIELDS, fields: [...FIELDS.fields] }, limit: 1000 })
  ).body;
  return {
    names: users.filter(({ full_name }) => full_name !== null).length,
    emails: users.filter(({ email }) => email !== null).length,
    complete,
  };
}

describe('two environments on one database, asked of a warm instance in any order', () => {
  test('each show the names and addresses that their own configuration has, and no others', async () => {
    const none: Database = { ...full, full_name_attributes: [], email_attributes: [] };
    const cold = await shown(none);
    expect(cold).toEqual({ names: 0, emails: 0, complete: true });
    const all = await shown(full);
    expect(all.names).toBeGreaterThan(0);
    expect(all.emails).toBeGreaterThan(0);
    expect(await shown(none)).toEqual(cold);
    expect(await shown({ ...full, email_attributes: [] })).toEqual({ ...all, emails: 0 });
    expect(await shown({ ...full, full_name_attributes: [] })).toEqual({ ...all, names: 0 });
    expect(await shown(full)).toEqual(all);
  });

  test('do not share what is said to be missing', async () => {
    const departments: Database = { ...full, full_name_attributes: ['Department'] };
    expect(await shown(full)).toMatchObject({ complete: true });
    expect(await shown(departments)).toEqual({ names: 0, emails: expect.any(Number), complete: false });
    expect(await shown(full)).toMatchObject({ complete: true });
  });

  test('are blamed by the name that their own configuration gives the server', async () => {
    await shown(full);
    reader.source = { ...full, server: 'other-name' };
    await database.query('REVOKE SELECT (usertype) ON "system$userreportinfo" FROM mrt_reader');
    await expect(reader.ask({ parameters: { user_type: 'external' } })).rejects.toMatchObject({ source: 'other-name' });
    await database.grantReader();
  });

  test.each<[keyof Database, Database[keyof Database]]>([
    ['host', 'other.example'],
    ['port', 5433],
    ['name', 'other'],
    ['user', 'other_reader'],
  ])('have a catalog of their own when they differ in %s', async (part, value) => {
    await shown(full);
    reader.statements.length = 0;
    await shown(full);
    expect(reader.statements.filter((text) => text.includes('mendixsystem$'))).toEqual([]);
    await shown({ ...full, [part]: value } as Database);
    expect(reader.statements.filter((text) => text.includes('mendixsystem$entity'))).not.toEqual([]);
  });

  test('have one catalog where they differ in nothing that it depends on', async () => {
    await shown(full);
    reader.statements.length = 0;
    await shown({ ...full, session_timeout_seconds: 60, instance_identifier: 'other', server: 'other-name' });
    expect(reader.statements.filter((text) => text.includes('mendixsystem$'))).toEqual([]);
  });
});
