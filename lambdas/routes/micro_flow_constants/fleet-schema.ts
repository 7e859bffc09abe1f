/** The constants of an environment in an answer about several: counts only. Schemas only, as `route.ts`. */
import * as z from 'zod/mini';
import { described } from '../../parameters.ts';

const count = (description: string) => described(z.nullable(z.number()), `${description} \`null\`: not known.`);

/** What the environments add up to. */
export const fleetTotal = z.object({
  declared: count('Constants that the models declare.'),
  default: count('Those with the model’s value.'),
  overridden: count('Those that the environment sets.'),
  missing: count('Declared, without any value.'),
  obsolete: count('Set, but not declared.'),
  secret: count('Those that are secrets.'),
});

/** Of one environment. */
export const fleetSummary = z.extend(fleetTotal, {
  secret_unknown: count('Masked, as nothing says that they are harmless.'),
  unknown: count('Those whose value is not known.'),
  model_version: described(z.nullable(z.string()), 'Version of the model in the archive.'),
  runtime_version: described(z.nullable(z.string()), 'Version of the Mendix runtime that it was built for.'),
  deployed: described(z.nullable(z.boolean()), 'Whether the archive’s model is the one that runs. `null`: not known.'),
  findings: described(z.record(z.string(), z.number()), 'How many there are of each finding.'),
  failed_sources: described(z.array(z.string()), 'Names of the configured sources that could not be read.'),
});
