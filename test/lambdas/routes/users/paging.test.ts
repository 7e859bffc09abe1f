import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { UsersRequest } from '../../../../lambdas/routes/users/request.ts';
import { connected, freshDatabase, type TestDatabase } from '../../../postgres.ts';
import fc from '../../../properties.ts';
import { UsersReader } from './reader.ts';

let database: TestDatabase;
let reader: UsersReader;

beforeAll(async () => {
  database = await freshDatabase('shop-acc', 0.1);
  await database.grantReader();
  reader = await UsersReader.as(database.readerUrl);
});
afterAll(async () => {
  await reader.end();
  await database.drop();
});

/** What somebody else does between two statements of a client who pages. */
type Change = { do: 'insert' | 'delete' | 'update'; id: number } | { do: 'deleteRange'; id: number; to: number };

const id = fc.integer({ min: 1, max: 300 });
const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ do: fc.constantFrom('insert' as const, 'delete' as const, 'update' as const), id }),
  fc.record({ do: fc.constant('deleteRange' as const), id, to: id }),
);
const parameters = fc.constantFrom<UsersRequest['parameters']>(
  {},
  { active: true },
  { role: 'Customer' },
  { kind: 'named', role: 'Customer' },
);

const COLUMNS = '(id, name, active, blocked, isanonymous, webserviceuser)';
const INSERT = `INSERT INTO "system$user" ${COLUMNS}
  SELECT i, 'user' || i, true, false, false, false FROM unnest($1::bigint[]) AS i ON CONFLICT DO NOTHING`;
const ROLE = `INSERT INTO "system$userroles"
  SELECT i, r.id FROM unnest($1::bigint[]) AS i, "system$userrole" r WHERE r.name = 'Customer' ON CONFLICT DO NOTHING`;

describe('while users come, go and change', () => {
  test('each user who exists throughout appears exactly once, in id order', async () => {
    await connected(database.url, async (client) => {
      await fc.assert(
        fc.asyncProperty(
          fc.uniqueArray(id, { maxLength: 120 }),
          fc.array(fc.array(change, { maxLength: 6 }), { maxLength: 30 }),
          fc.integer({ min: 1, max: 25 }),
          parameters,
          async (start, changes, limit, filter) => {
            await client.query('TRUNCATE "system$user" CASCADE');
            await client.query('TRUNCATE "system$userroles" CASCADE');
            const alive = new Set<number>();
            const everGone = new Set<number>();
            const ever = new Set<number>();
            const come = async (users: number[]) => {
              await client.query(INSERT, [users]);
              await client.query(ROLE, [users]);
              for (const user of users) {
                alive.add(user);
                ever.add(user);
              }
            };
            const go = async (from: number, to: number) => {
              await client.query('DELETE FROM "system$userroles" WHERE "system$userid" BETWEEN $1 AND $2', [from, to]);
              await client.query('DELETE FROM "system$user" WHERE id BETWEEN $1 AND $2', [from, to]);
              for (const user of [...alive].filter((each) => each >= from && each <= to)) {
                alive.delete(user);
                everGone.add(user);
              }
            };
            await come(start);
            const throughout = new Set(start);
            const pending = [...changes];
            reader.before = async () => {
              for (const each of pending.shift() ?? []) {
                if (each.do === 'insert') await come([each.id]);
                else if (each.do === 'delete') await go(each.id, each.id);
                else if (each.do === 'deleteRange') await go(each.id, each.to);
                else
                  await client.query(`UPDATE "system$user" SET name = name || 'x', lastlogin = now() WHERE id = $1`, [
                    each.id,
                  ]);
              }
            };
            const seen = (await reader.ids({ parameters: filter, limit })).map(Number);
            reader.before = null;
            expect(seen).toEqual([...new Set(seen)].sort((a, b) => a - b));
            for (const user of throughout) if (!everGone.has(user)) expect(seen).toContain(user);
            for (const user of seen) expect(ever.has(user)).toBe(true);
          },
        ),
        { numRuns: 150 },
      );
    });
  }, 120_000);
});

describe('ids of any size', () => {
  test('are pages in numeric order, and exact beyond 2^53', async () => {
    const ids = ['-9223372036854775807', '-1', '0', '9', '10', '9007199254740993', '9223372036854775807'];
    await database.query('TRUNCATE "system$user" CASCADE');
    await database.query(INSERT, [ids]);
    for (const filter of [{}, { active: true }]) {
      for (const limit of [1, 2, 100]) expect(await reader.ids({ parameters: filter, limit })).toEqual(ids);
    }
  });
});
