import * as z from 'zod/mini';
import { choice, described, flag, named, text } from '../../parameters.ts';
import { date, days, pastRecord } from '../../record/past-schema.ts';
import type { Route } from '../../route.ts';
import { fleetSummary, fleetTotal } from './fleet-schema.ts';
import { constant, constantChange, difference, STATES, TYPES } from './row-schema.ts';
import { model, source } from './source-schema.ts';

/** One thing that an operator should look at. */
const finding = z.object({
  finding: described(
    z.enum([
      'secret-left-at-default',
      'same-secret-in-both',
      'masked-on-one-side',
      'overridden-there-default-here',
      'value-does-not-fit-type',
      'ambiguous-variable',
      'precedence-not-documented',
      'declared-twice',
      'declared-without-name',
      'model-not-deployed',
    ]),
    'What an operator should look at.',
  ),
  name: described(z.nullable(z.string()), 'The constant. `null`: it is about the model.'),
  environment: described(z.string(), 'The environment that it is about.'),
  note: described(z.nullable(z.string()), 'More about it, without a value.'),
});

/** On one day. */
const ofState = (state: (typeof STATES)[number]) =>
  described(z.nullable(z.number()), `Constants in the state \`${state}\`. \`null\`: not known that day.`);

/** `GET /micro_flow_constants`. */
export const route = {
  name: 'micro_flow_constants',
  path: '/micro_flow_constants',
  summary:
    'What the model declares, what the environment sets, and so what is configured. Mendix calls them constants; the setting of its runtime is MicroflowConstants.',
  scopes: ['mrt/micro_flow_constants.read', 'mrt/micro_flow_constants.reveal'],
  needs: ['constants', 'database'],
  environment: true,
  keyed: { fingerprint: 'fingerprint', default_fingerprint: 'fingerprint' },
  parameters: {
    module: z.optional(described(text(200), 'Constants of one module: `Mail`. One that nothing has is a 404.')),
    name: z.optional(described(text(500), 'One constant: `Mail.SmtpHost`. One that nothing has is a 404.')),
    type: z.optional(described(choice(...TYPES), 'Constants that are declared with this type.')),
    state: z.optional(
      described(choice(...STATES), 'Constants in this state. One whose state is not known is in none of them.'),
    ),
    secret: z.optional(
      described(
        choice('true', 'false', 'unknown'),
        '`true`: constants that are secrets; `false`: harmless ones; `unknown`: those that are masked because nothing says that they are harmless.',
      ),
    ),
    empty: z.optional(
      described(
        flag(),
        '`true`: constants with an empty text, or with nothing; `false`: the others of which it is known.',
      ),
    ),
    value_known: z.optional(
      described(flag(), '`false`: constants whose value stands, or may stand, in a place that is not read.'),
    ),
    explain: z.optional(
      described(flag(), '`true`: with every candidate of each constant. Not with `summary` or `compare`.'),
    ),
    compare: z.optional(
      described(text(100), 'Name of another environment that you may read: what differs from it, without revealing.'),
    ),
    reveal: z.optional(
      described(
        flag(),
        '`true`: secrets in clear. Needs `name` or `module`, and the scope `mrt/micro_flow_constants.reveal`. Not with `summary` or `compare`.',
      ),
    ),
    summary: z.optional(described(flag(), '`true`: totals and findings, without the constants or differences.')),
    days: days('`history` by state, and since when each constant has its value,'),
    changes: z.optional(
      described(
        flag(),
        '`true`: what changed in these `days`, in place of the constants; `module` and `name` narrow it.',
      ),
    ),
  },
  rows: 'constants',
  record: { view: 'micro_flow_constants', history: true, changes: true, needed: false },
  fleet: { asks: 'summary', may: [], summary: fleetSummary, total: fleetTotal, distinct: false },
  csv: {
    columns: [
      'name',
      'module',
      'type',
      'description',
      'value',
      'default_value',
      'value_known',
      'empty',
      'default_empty',
      'state',
      'won_by',
      'secret',
      'secret_reason',
      'masked',
      'fingerprint',
      'default_fingerprint',
      'note',
      'changed_at',
      'changed_after',
    ],
    leftOut: ['candidates'],
    notWith: ['summary', 'compare', 'explain', 'changes'],
  },
  discloses: { parameter: 'reveal', scope: 'mrt/micro_flow_constants.reveal' },
  otherEnvironment: 'compare',
  answer: z.object({
    environment: described(z.string(), 'The environment that was asked for.'),
    source: described(
      z.enum(['archive', 'overrides', 'archive+overrides']),
      'Which kinds of sources the environment is configured with.',
    ),
    as_of: described(z.nullable(z.string()), 'When the newest of the files that could be read was written.'),
    model: described(
      z.nullable(named('ConstantModel', 'The model in the deployment archive.', model)),
      'The model of the deployment archive. `null`: none is configured, or it could not be read.',
    ),
    sources: described(
      z.array(named('ConstantSource', 'A configured source of constants.', source)),
      'Each configured source of the environment, with its fault where it has one; with `compare` also those of the other.',
    ),
    constants: described(
      z.optional(z.array(named('Constant', 'A constant of the model, or a value that is set for none.', constant))),
      'By name. Not with `compare` or `summary=true`.',
    ),
    compared_with: described(z.optional(z.string()), 'With `compare`: the other environment.'),
    differences: described(
      z.optional(z.array(named('ConstantDifference', 'A thing in which two environments differ.', difference))),
      'With `compare`, by name. Not with `summary=true`.',
    ),
    summary: described(
      z.record(z.string(), z.nullable(z.number())),
      'Constants of the whole environment, whatever the filters: declared, overridden, default, missing, obsolete, secret, secret_unknown (masked, as nothing says that they are harmless), unknown (their value is not known). `null`: a source that would tell could not be read. With compare, of what was compared: equal, different, only_here, only_there, unknown (something that decides is not known, or masked in one of the two only).',
    ),
    history: z.optional(
      described(
        z.nullable(
          z.array(
            z.object({
              date,
              default: ofState('default'),
              overridden: ofState('overridden'),
              missing: ofState('missing'),
              obsolete: ofState('obsolete'),
            }),
          ),
        ),
        'With `days`: a point a day, oldest first; a day without a recording is left out. `null`: `record` says why.',
      ),
    ),
    changes: z.optional(
      described(
        z.nullable(z.array(named('ConstantChange', 'A change that the recorder saw.', constantChange))),
        'With `changes=true`, newest first. `null`: `record` says why.',
      ),
    ),
    record: pastRecord,
    findings: described(
      z.array(named('ConstantFinding', 'A thing that an operator should look at.', finding)),
      'What an operator should look at, of what is known.',
    ),
  }),
} as const satisfies Route;
