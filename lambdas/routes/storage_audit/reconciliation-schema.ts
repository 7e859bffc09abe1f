/** Bucket against database in the answer of `GET /storage_audit`. A description here is the meaning in the documents. */
import * as z from 'zod/mini';
import { described } from '../../parameters.ts';

export const bytes = (description: string) => described(z.number(), description);

const objects = {
  object_count: described(z.number(), 'Objects; a lower bound while `complete` is false.'),
  size_bytes: bytes('Their bytes; a lower bound while `complete` is false.'),
};

export const entityBytes = z.array(
  z.object({
    entity: described(z.string(), 'Concrete entity: `Sales.Invoice`.'),
    file_count: described(z.number(), 'Documents of this entity.'),
    size_bytes: bytes('Their bytes.'),
  }),
);

/** A class of objects, or of documents; `null`: it cannot be told without the side that is missing. */
const classOf = <Shape extends Record<string, z.ZodMiniType>>(shape: Shape, description: string) =>
  described(z.nullable(z.object(shape)), `${description} \`null\`: not known.`);

const byEntity = described(
  z.nullable(entityBytes),
  'By entity, most bytes first. `null`: there are too many to be asked for, or to travel in a cursor.',
);

const documents = {
  file_count: described(z.number(), 'Documents; a lower bound while `complete` is false.'),
  size_bytes: bytes('Their bytes by the database.'),
};

export const reconciliation = z.object({
  bucket: described(z.string(), 'Name of the bucket.'),
  prefix: described(z.nullable(z.string()), 'What the environment’s keys begin with; `null`: nothing.'),
  as_of: described(z.string(), 'When the audit began; with `source=inventory`, the report’s time.'),
  complete: described(z.boolean(), 'False while it goes on with `next_cursor`, or when a side is missing.'),
  listed: classOf(objects, 'All objects of the environment; the classes add up to it, but for `missing`.'),
  referenced: classOf(objects, 'A document has the key.'),
  pending_deletion: classOf(
    {
      ...objects,
      by_state: described(
        z.array(z.object({ state: described(z.string(), '`New`, `Obsolete`, `Deleted`, or `other`.'), ...objects })),
        'By the state in the queue.',
      ),
    },
    'No document has the key, and Mendix’s queue of unreferenced files has it.',
  ),
  orphaned: classOf(
    {
      ...objects,
      by_storage_class: described(
        z.array(z.object({ storage_class: described(z.string(), 'As S3 names it.'), ...objects })),
        'Most bytes first.',
      ),
    },
    'Nothing in the database has the key, and the object is older than `older_than_hours`.',
  ),
  too_young: classOf(objects, 'As `orphaned`, and younger: it may be an upload whose transaction is under way.'),
  missing: classOf(
    {
      ...documents,
      by_entity: byEntity,
    },
    'Documents with contents whose object is not in the bucket.',
  ),
  foreign: classOf(objects, 'The key is not made as Mendix makes it: prefix, UUID, suffix.'),
  size_mismatch: classOf(
    { ...objects, by_entity: byEntity },
    'As `referenced`, and the object has another size than its document, by more than is configured. Not counted as referenced.',
  ),
  report: described(
    z.nullable(
      z.object({
        deleted_since: described(z.object(objects), 'Of the report, and gone from the bucket when S3 was asked.'),
        not_in_report: described(
          z.object(documents),
          'Documents whose object is younger than the report, or there by S3 though the report lacks it.',
        ),
        orphaned_at_most: classOf(
          objects,
          'Too many to ask S3 for each: orphans, and what the app deleted since the report. `orphaned` is `null` then.',
        ),
        missing_at_most: classOf(documents, 'The same of `missing`.'),
        size_mismatch_at_most: classOf(objects, 'The same of `size_mismatch`.'),
      }),
    ),
    'With `source=inventory`: what lies between the report and now. `null`: the bucket was listed.',
  ),
});
