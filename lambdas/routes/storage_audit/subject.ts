/** What a request to the audit is about, what it is answered by, and what the answer is. */

import type { Database, Reader } from '../../environment-settings.ts';
import type { Answer } from '../../exchange.ts';
import type { FileQueries } from '../../mendix/files/catalog.ts';
import type { AnswerOf } from '../../route.ts';
import type { AuditScope } from './audit-scope.ts';
import type { AuditRequest, ListPosition, Position, WaitingPosition } from './position.ts';
import type { InventorySource } from './report-side.ts';
import type { route } from './route.ts';

export type Body = AnswerOf<typeof route>;
export type AuditAnswer = Answer<Body, Position | ListPosition | WaitingPosition>;

/** What is asked of S3 and PostgreSQL. */
export interface Upstreams {
  databases: { on(database: Database): FileQueries };
  /** Lists, and counts with the request's inspection. @throws when nothing is known of the bucket */
  list: AuditScope['list'];
  /** For `source=inventory`. Left out in a stage without `inventory`. */
  inventory?: (reader: Reader | undefined) => Promise<InventorySource>;
}

/** Files come and go all the time; but a whole audit of a large bucket is not asked for every minute. */
export const MAX_AGE_S = 300;

/** What a request is about, checked. */
export interface Subject {
  request: AuditRequest;
  database: Database;
  queries: FileQueries;
  upstreams: Upstreams;
}
