import * as z from 'zod/mini';
import { choice, described, flag, text } from '../../parameters.ts';
import type { Route } from '../../route.ts';

const TYPES = ['string', 'integer', 'boolean', 'decimal', 'date_time'] as const;
const STATES = ['default', 'overridden', 'missing', 'obsolete'] as const;

/** Integers beyond 2^53, decimals and times are strings. */
const value = z.nullable(z.union([z.string(), z.number(), z.boolean()]));

const candidate = z.object({
  source: z.string(),
  /** Where in the source: `MX_…`, `CONSTANTS`, `mxruntime.MicroflowConstants`, `DefaultValue` … */
  via: z.string(),
  value,
  value_known: z.boolean(),
  fingerprint: z.nullable(z.string()),
  won: z.boolean(),
  note: z.nullable(z.string()),
});

const constant = z.object({
  name: z.string(),
  module: z.nullable(z.string()),
  type: z.nullable(z.enum(TYPES)),
  description: described(
    z.nullable(z.string()),
    'As the model has it. `null`: the model gives none; or it holds a secret, or may, and `reveal=true` shows it.',
  ),
  value: described(value, 'What is configured. `null`: masked, not known, or it does not fit the type (note).'),
  default_value: described(value, 'The value of the model. `null`: masked, or the model gives none.'),
  value_known: z.boolean(),
  empty: z.nullable(z.boolean()),
  default_empty: z.nullable(z.boolean()),
  state: z.nullable(z.enum(STATES)),
  won_by: z.nullable(z.string()),
  secret: described(
    z.nullable(z.boolean()),
    'The same for every caller. `null`: its text is not known to be harmless; it is masked as a secret is, until the configuration names it in `not_secret`.',
  ),
  secret_reason: described(
    z.nullable(z.enum(['configuration', 'name', 'value', 'secret-store', 'unknown'])),
    'Why it is masked: the configuration lists it; its name or one of its values is that of a secret; it is set from a secret store; or nothing says that it is harmless. `null`: it is shown.',
  ),
  masked: described(z.boolean(), 'Whether its values are left out of this answer.'),
  fingerprint: described(
    z.nullable(z.string()),
    'Keyed hash of the value with the version of the key. Equal for equal values of masked constants, in all environments, and for equal values of shown ones; never for one of each. `null`: there is no value, or it is not known.',
  ),
  default_fingerprint: described(z.nullable(z.string()), 'The same of the default value.'),
  note: z.nullable(z.string()),
  /** With `explain=true`: in order of precedence. */
  candidates: z.optional(z.array(candidate)),
});

const side = z.nullable(
  z.object({
    type: z.nullable(z.enum(TYPES)),
    state: z.nullable(z.enum(STATES)),
    value,
    default_value: value,
    value_known: z.boolean(),
    masked: z.boolean(),
    fingerprint: z.nullable(z.string()),
    default_fingerprint: z.nullable(z.string()),
  }),
);

export const route = {
  name: 'micro_flow_constants',
  path: '/micro_flow_constants',
  summary: 'What the model declares, what the environment sets, and so what is configured.',
  scopes: ['mrt/micro_flow_constants.read', 'mrt/micro_flow_constants.reveal'],
  needs: ['constants', 'database'],
  environment: true,
  parameters: {
    module: z.optional(text(200)),
    name: z.optional(text(500)),
    type: z.optional(choice(...TYPES)),
    state: z.optional(choice(...STATES)),
    secret: z.optional(
      described(
        choice('true', 'false', 'unknown'),
        'true: constants that are secrets; false: harmless ones; unknown: those that are masked because nothing says that they are harmless.',
      ),
    ),
    empty: z.optional(flag()),
    value_known: z.optional(flag()),
    explain: z.optional(flag()),
    compare: z.optional(text(100)),
    reveal: z.optional(flag()),
    summary: z.optional(flag()),
  },
  rows: 'constants',
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
    ],
    leftOut: ['candidates'],
    notWith: ['summary', 'compare', 'explain'],
  },
  discloses: { parameter: 'reveal', scope: 'mrt/micro_flow_constants.reveal' },
  otherEnvironment: 'compare',
  answer: z.object({
    environment: z.string(),
    source: z.enum(['archive', 'overrides', 'archive+overrides']),
    as_of: z.nullable(z.string()),
    model: z.nullable(
      z.object({
        project: z.nullable(z.string()),
        version: z.nullable(z.string()),
        runtime_version: z.nullable(z.string()),
        archive_modified: z.string(),
        /** What the environment's database says is deployed; `null`: not known. */
        deployed_version: z.nullable(z.string()),
        deployed_runtime_version: z.nullable(z.string()),
        /** Whether this is the model that is deployed; `null`: the two do not tell. */
        deployed: z.nullable(z.boolean()),
      }),
    ),
    /** Each configured source, with its fault where it has one. */
    sources: z.array(
      z.object({
        source: z.string(),
        kind: z.enum(['archive', 'overrides', 'database']),
        as_of: z.nullable(z.string()),
        error: z.nullable(z.object({ reason: z.string(), detail: z.string() })),
        notes: z.array(z.string()),
      }),
    ),
    /** Not with `compare` or `summary=true`. */
    constants: z.optional(z.array(constant)),
    compared_with: z.optional(z.string()),
    differences: z.optional(
      z.array(
        z.object({
          name: z.string(),
          change: z.enum(['value', 'default', 'type', 'state', 'only_here', 'only_there']),
          here: side,
          there: side,
        }),
      ),
    ),
    summary: described(
      z.record(z.string(), z.nullable(z.number())),
      'Constants of the whole environment, whatever the filters: declared, overridden, default, missing, obsolete, secret, secret_unknown (masked, as nothing says that they are harmless), unknown (their value is not known). With compare, of what was compared: equal, different, only_here, only_there, unknown (a value is not known, or masked in one of the two only).',
    ),
    findings: z.array(
      z.object({
        finding: z.enum([
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
        name: z.nullable(z.string()),
        environment: z.string(),
        note: z.nullable(z.string()),
      }),
    ),
  }),
} as const satisfies Route;
