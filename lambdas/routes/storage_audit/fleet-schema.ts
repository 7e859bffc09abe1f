/** The storage audit of an environment in an answer about several: totals only. Schemas only, as `route.ts`. */
import * as z from 'zod/mini';
import { described } from '../../parameters.ts';

const sum = (description: string) => described(z.nullable(z.number()), `${description} \`null\`: not known.`);

/** What the environments add up to. */
export const fleetTotal = z.object({
  listed_bytes: sum('Bytes of all their objects.'),
  orphaned_objects: sum('Objects that nothing refers to.'),
  orphaned_bytes: sum('Their bytes.'),
  missing_files: sum('Documents whose object is not in the bucket.'),
  missing_bytes: sum('Their bytes by the database.'),
});

const count = z.number();

const objects = (description: string) =>
  described(
    z.nullable(z.object({ object_count: described(count, 'Objects.'), size_bytes: described(count, 'Their bytes.') })),
    description,
  );

/** Of one environment; what each class means is said at the route's own answer. */
export const fleetSummary = (files: z.ZodMiniType, cost: z.ZodMiniType) =>
  z.object({
    bucket: described(z.nullable(z.string()), 'Name of the bucket.'),
    prefix: described(z.nullable(z.string()), 'What the environment’s keys begin with; `null`: nothing.'),
    files: described(z.nullable(files), 'By the database.'),
    listed: objects('All objects of the environment.'),
    referenced: objects('A document has the key.'),
    pending_deletion: objects('Mendix’s queue of unreferenced files has the key.'),
    orphaned: objects('Nothing in the database has the key.'),
    too_young: objects('As `orphaned`, and younger than a day.'),
    foreign: objects('The key is not made as Mendix makes it.'),
    size_mismatch: objects('The object has another size than its document.'),
    missing: described(
      z.nullable(
        z.object({
          file_count: described(count, 'Documents.'),
          size_bytes: described(count, 'Their bytes by the database.'),
        }),
      ),
      'Documents whose object is not in the bucket.',
    ),
    cost: described(cost, 'What the orphans cost.'),
  });
