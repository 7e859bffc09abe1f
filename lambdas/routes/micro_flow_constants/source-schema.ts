/** How the answer tells what was read: the model of the deployment archive, and each configured source. */
import * as z from 'zod/mini';
import { described } from '../../parameters.ts';

/** The deployment archive's model. */
export const model = z.object({
  project: described(z.nullable(z.string()), 'Name of the Mendix project.'),
  version: described(z.nullable(z.string()), 'Version of the model; `unversioned` for a local build.'),
  runtime_version: described(z.nullable(z.string()), 'Version of the Mendix runtime that the model was built for.'),
  archive_modified: described(z.string(), 'When the archive was written.'),
  deployed_version: described(
    z.nullable(z.string()),
    'Version of the model that runs, as the environment’s database has it. `null`: not known.',
  ),
  deployed_runtime_version: described(z.nullable(z.string()), 'Version of the runtime that runs. `null`: not known.'),
  deployed: described(
    z.nullable(z.boolean()),
    'Whether the archive’s model is the one that runs. `null`: the two do not tell.',
  ),
});

/** One configured source. */
export const source = z.object({
  source: described(z.string(), 'Its name in the configuration.'),
  kind: described(
    z.enum(['archive', 'overrides', 'database']),
    'The model, what the environment sets, or the database; the latter is listed only when it fails.',
  ),
  as_of: described(z.nullable(z.string()), 'When it was written. `null`: it could not be read.'),
  error: described(
    z.nullable(
      z.object({
        reason: described(z.string(), 'A stable word: `access-denied`, `not-found`, `invalid-yaml`, `too-large` …'),
        detail: described(z.string(), 'What to do about it.'),
      }),
    ),
    'Why it could not be read. `null`: it was.',
  ),
  notes: described(z.array(z.string()), 'What of it is not read, or counts otherwise than it looks, in sentences.'),
});
