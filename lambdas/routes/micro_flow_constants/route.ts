import * as z from 'zod/mini';
import { choice, flag, text } from '../../parameters.ts';
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
  description: z.nullable(z.string()),
  value,
  default_value: value,
  value_known: z.boolean(),
  empty: z.nullable(z.boolean()),
  default_empty: z.nullable(z.boolean()),
  state: z.nullable(z.enum(STATES)),
  won_by: z.nullable(z.string()),
  secret: z.boolean(),
  secret_reason: z.nullable(z.enum(['configuration', 'name', 'value', 'secret-store'])),
  masked: z.boolean(),
  fingerprint: z.nullable(z.string()),
  default_fingerprint: z.nullable(z.string()),
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
    secret: z.optional(flag()),
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
    /** Of the whole environment, whatever the filters; with `compare` of what was compared. */
    summary: z.record(z.string(), z.nullable(z.number())),
    findings: z.array(
      z.object({
        finding: z.enum([
          'secret-left-at-default',
          'same-secret-in-both',
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
