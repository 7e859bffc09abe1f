/** The users' domain function as `http` calls it, without `http`. */
import { type Client, Query } from 'pg';
import { Deadline } from '../lambdas/context.ts';
import { UserCatalogMemory } from '../lambdas/mendix/users/catalog-memory.ts';
import type { Queries } from '../lambdas/mendix/users/queries.ts';
import { users } from '../lambdas/routes/users/answer.ts';
import type { Position, UsersAnswer, UsersRequest } from '../lambdas/routes/users/request.ts';

export type Ask = (
  parameters: UsersRequest['parameters'],
  limit: number,
  position: Position | null,
) => Promise<UsersAnswer>;

/** `watch` sees each statement. */
export function asking(connection: Client, watch?: (text: string, values: readonly unknown[]) => void): Ask {
  const queries: Queries = {
    query: async <Row extends object>(text: string, values: readonly unknown[]) => {
      watch?.(text, values);
      return (await connection.query<Row>(text, [...values])).rows;
    },
    each: (text, values, onRow) => {
      watch?.(text, values);
      return new Promise((resolve, reject) => {
        const query = new Query(text, [...values]);
        query.on('row', onRow);
        query.on('end', () => resolve());
        query.on('error', reject);
        connection.query(query);
      });
    },
  };
  const key = { version: 'v1', key: Buffer.alloc(32, 1).toString('base64'), created: '2026-01-01T00:00:00Z' };
  const needs = {
    databases: { on: () => queries },
    catalogs: new UserCatalogMemory(),
    keys: async () => ({ identity: key }),
  };
  return (parameters, limit, position) =>
    users(
      {
        environment: { name: 'bench', labels: {}, offers: ['users'], database: DATABASE },
        parameters,
        limit,
        position,
        deadline: new Deadline(Date.now() + 25_000),
        version: '0',
        clear: parameters.clear === true,
        mayClear: true,
        other: null,
      },
      needs,
    );
}

const DATABASE = {
  server: 'bench',
  host: '127.0.0.1',
  port: 5432,
  name: 'postgres',
  user: 'mrt_reader',
  instance_identifier: null,
  full_name_attributes: ['FullName'],
  email_attributes: ['Email'],
  session_timeout_seconds: 600,
};
