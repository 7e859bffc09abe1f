/** What the users' domain functions get and give. */
import type * as z from 'zod/mini';
import type { Database } from '../../environment-settings.ts';
import type { Answer, EnvironmentRequest } from '../../exchange.ts';
import type { VersionedKey } from '../../keys/object.ts';
import type { UserCatalogMemory } from '../../mendix/users/catalog-memory.ts';
import type { Queries } from '../../mendix/users/queries.ts';
import type { ParametersOf } from '../../route.ts';
import type { Work } from '../../upstreams/postgres/databases.ts';
import type { route } from './route.ts';
import type { USER_FIELDS } from './row-schema.ts';

export type UserField = (typeof USER_FIELDS)[number];
/** The JSON answer. */
export type UsersBody = z.output<typeof route.answer>;
export type UserRow = NonNullable<UsersBody['users']>[number];
export type Summary = NonNullable<UsersBody['summary']>;

/** A user's id is no personal data: it says nothing outside the app's database. */
export interface Position {
  after: string;
}
export type UsersRequest = EnvironmentRequest<Partial<ParametersOf<typeof route>>, Position>;
export type UsersAnswer = Answer<UsersBody, Position>;

export interface Upstreams {
  /** A connection for the request to the database of an environment; totals and counts go over whole tables. */
  databases: { on(database: Database, work: Work): Queries };
  /** Stays warm from request to request. */
  catalogs: UserCatalogMemory;
  /** The key of the identity hashes. @throws KeysUnavailableError */
  keys(): Promise<{ identity: VersionedKey }>;
}
