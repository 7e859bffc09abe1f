/**
 * `GET /storage_audit`: its parameters, its answer, what it reads and its columns. A description here is the meaning in
 * the OpenAPI document and in docs/api.md (`npm run generate`).
 */
import * as z from 'zod/mini';
import { choice, described, flag, integer } from '../../parameters.ts';
import type { Route } from '../../route.ts';
import { fleetSummary, fleetTotal } from './fleet-schema.ts';
import { bytes, entityBytes, reconciliation } from './reconciliation-schema.ts';

const files = z.object({
  as_of: described(z.string(), 'The server’s clock when it was asked.'),
  file_count: described(z.number(), 'Documents with contents; inherited entities are counted once.'),
  size_bytes: bytes('Sum of their sizes, without those that are not known.'),
  not_sized: described(z.number(), 'Of size -1: Mendix has not measured them yet.'),
  not_found: described(z.number(), 'Of size 0: Mendix found no file, or an empty one.'),
  without_key: described(
    z.nullable(z.number()),
    'With contents and without a storage key: their files are not in the bucket, so they are in no class. `null`: the schema has no keys.',
  ),
  by_entity: described(entityBytes, 'Most bytes first.'),
  by_month: described(
    z.array(
      z.object({
        month: described(z.nullable(z.string()), 'Of creation, UTC: `2026-10`. `null`: without a date.'),
        file_count: described(z.number(), 'Documents of this month.'),
        size_bytes: bytes('Their bytes.'),
      }),
    ),
    'Oldest first.',
  ),
});

const cost = z.nullable(
  z.object({
    orphaned_per_month: described(
      z.nullable(
        z.object({
          amount: described(z.string(), 'For their storage alone, to the cent: `1.42`.'),
          currency: described(z.literal('USD'), 'Of the amount.'),
          prices_as_of: described(z.string(), 'The day of the price list.'),
          prices_region: described(z.string(), 'The Region of the price list, which need not be the bucket’s.'),
        }),
      ),
      '`null`: not known, or `unpriced`.',
    ),
    unpriced: described(z.nullable(z.string()), 'A storage class of some orphan that has no price here.'),
  }),
);

const key = z.object({
  key: described(z.string(), 'Key of the object; of a missing one, the key that it would have.'),
  size_bytes: described(z.nullable(z.number()), 'Bytes of the object; `null`: missing.'),
  document_size_bytes: described(z.nullable(z.number()), 'Bytes by the database; `null`: not known there.'),
  storage_class: described(z.nullable(z.string()), 'As S3 names it; `null`: missing.'),
  last_modified: described(z.nullable(z.string()), 'When the object was last written, to the minute; `null`: missing.'),
  age_hours: described(z.nullable(z.int()), 'Whole hours since then, at `as_of`; `null`: missing.'),
  state: described(z.nullable(z.string()), 'In Mendix’s queue; `null`: not in it.'),
  entity: described(z.nullable(z.string()), 'Entity of the document; `null`: no document.'),
});

const problem = z.looseObject({
  type: described(z.string(), 'The problem, as in an answer that fails: `/problems/upstream-throttled` …'),
  title: described(z.string(), 'The same in words.'),
  status: described(z.int(), 'The status that an answer would have which fails for this alone.'),
  detail: described(z.string(), 'What happened and what to do.'),
});

export const route = {
  name: 'storage_audit',
  path: '/storage_audit',
  summary: 'What of the files of an environment is in its bucket, in its database, or in one of them only.',
  scopes: ['mrt/storage_audit.read'],
  needs: ['file_listing', 'file_inventory', 'database'],
  environment: true,
  parameters: {
    list: described(
      z.optional(choice('orphaned', 'missing', 'foreign', 'size_mismatch', 'pending_deletion')),
      'The keys of one class, in key order, in place of the figures.',
    ),
    source: described(
      z.optional(choice('listing', 'inventory')),
      'Where the bucket’s side is from: S3 now (default), or `inventory`, S3’s newest report of the bucket, for one that is too large to list.',
    ),
    older_than_hours: described(
      z.optional(integer(1, 87_600)),
      'Hours since its last change after which an object that nothing refers to is orphaned. Default 24. With `source=inventory` they end at the report’s time.',
    ),
    files: described(z.optional(choice('only')), '`only`: the figures of the database alone, which is cheap.'),
    summary: z.optional(
      described(flag(), 'Totals, which of one environment are the answer without it too. Not with `list`.'),
    ),
  },
  record: { view: 'storage_audit', history: false, changes: false, needed: false },
  fleet: {
    asks: null,
    may: ['summary=true'],
    summary: fleetSummary(z.omit(files, { by_entity: true, by_month: true }), cost),
    total: fleetTotal,
    distinct: false,
    daily: true,
  },
  rows: 'keys',
  csv: {
    columns: [
      'environment',
      'list',
      'key',
      'size_bytes',
      'document_size_bytes',
      'storage_class',
      'last_modified',
      'age_hours',
      'state',
      'entity',
    ],
    leftOut: [],
    notWith: ['files', 'summary'],
    onlyWith: 'list',
  },
  answer: z.object({
    environment: described(z.string(), 'Name of the environment.'),
    source: described(
      z.enum(['listing+postgresql', 'inventory+postgresql', 'postgresql']),
      'Where the figures are from.',
    ),
    as_of: described(z.string(), 'When the audit began; with `source=inventory`, the report’s time.'),
    list: described(z.nullable(z.string()), 'The class whose keys are listed; `null`: none.'),
    files: described(z.nullable(files), 'By the database. `null`: with `list`, or not known.'),
    reconciliation: described(
      z.nullable(reconciliation),
      'Bucket against database. `null`: not asked for, or not known.',
    ),
    cost: described(cost, 'What the orphans cost. `null` without a reconciliation.'),
    keys: z.optional(described(z.array(key), 'With `list`: the keys of this page.')),
    errors: described(
      z.object({
        database: described(z.nullable(problem), 'Why the database’s side is missing, or got no further.'),
        bucket: described(z.nullable(problem), 'Why the bucket’s side is missing, or got no further.'),
      }),
      'By side; `null`: nothing failed.',
    ),
  }),
} as const satisfies Route;
