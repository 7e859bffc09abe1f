/** A constant in an answer, and one side of a comparison: what each field means, for the documents. */
import * as z from 'zod/mini';
import { described } from '../../parameters.ts';

/** The types of Mendix's constants. */
export const TYPES = ['string', 'integer', 'boolean', 'decimal', 'date_time'] as const;
/** What is configured, in a word. */
export const STATES = ['default', 'overridden', 'missing', 'obsolete'] as const;

const value = z.nullable(z.union([z.string(), z.number(), z.boolean()]));
const fingerprint = z.nullable(z.string());

/** The fields that a row and a side of a comparison have both. */
const type = described(
  z.nullable(z.enum(TYPES)),
  'As declared; Mendix’s Integer/Long is `integer`. `null`: not declared, or a type that this API does not know.',
);
const state = described(
  z.nullable(z.enum(STATES)),
  '`default`: the model’s value is configured. `overridden`: the environment sets one. `missing`: declared, and neither has a value. `obsolete`: set, but not declared, so the runtime ignores it. `null`: it depends on a source that could not be read.',
);
const configured = described(
  value,
  'What is configured. Integers beyond 2^53, decimals and times are texts. `null`: masked, not known (`value_known`), none, or it does not fit the type (`note`).',
);
const declared = described(value, 'The value of the model. `null`: masked, or the model gives none.');
const known = described(
  z.boolean(),
  'False: what is configured stands, or may stand, in a place that is not read, such as a secret store, a variable of the host or a source that failed; `note` names it.',
);
const hash = described(
  fingerprint,
  'Keyed hash of the value with the version of the key. Equal for equal values of masked constants, in all environments, and for equal values of shown ones; never for one of each. `null`: there is no value, or it is not known.',
);
const defaultHash = described(fingerprint, 'The same of the default value.');

/** One place that gives a value, with `explain=true`. */
const candidate = z.object({
  source: described(z.string(), 'Name of the source in the configuration.'),
  via: described(
    z.string(),
    'Where in the source: `MX_…`, `CONSTANTS`, `mxruntime.MicroflowConstants`, `spec.runtime.customConfiguration.MicroflowConstants`, `secret store`, `include`, `DefaultValue` …',
  ),
  value: described(value, 'What this place gives. `null`: masked, not known, or it does not fit the type.'),
  value_known: described(z.boolean(), 'False: the place is not read, or its value depends on something that is not.'),
  fingerprint: described(fingerprint, 'Keyed hash of this value.'),
  won: described(z.boolean(), 'Whether this is what is configured; true of one candidate at most.'),
  note: described(z.nullable(z.string()), 'Why the value is `null`.'),
});

/** A row. */
export const constant = z.object({
  name: described(
    z.string(),
    '`Module.Constant`; the variable’s own name where it may mean several constants and the model declares none of them.',
  ),
  module: described(z.nullable(z.string()), 'The part before the dot. `null`: the name has none.'),
  type,
  description: described(
    z.nullable(z.string()),
    'As the model has it; empty where it has none. `null`: it is no text; or it holds a secret, or may, and `reveal=true` shows it.',
  ),
  value: configured,
  default_value: declared,
  value_known: known,
  empty: described(z.nullable(z.boolean()), 'Whether an empty text is configured, or nothing. `null`: not known.'),
  default_empty: described(z.nullable(z.boolean()), 'Whether the default is an empty text. `null`: there is none.'),
  state,
  won_by: described(
    z.nullable(z.string()),
    'Name of the source whose value is configured. `null`: none has one, or which one is not known.',
  ),
  secret: described(
    z.nullable(z.boolean()),
    'The same for every caller. `null`: its text is not known to be harmless; it is masked as a secret is, until the configuration names it in `not_secret`.',
  ),
  secret_reason: described(
    z.nullable(z.enum(['configuration', 'name', 'value', 'secret-store', 'unknown'])),
    'Why it is masked: the configuration lists it; its name or one of its values is that of a secret; it is set from a secret store; or nothing says that it is harmless. `null`: it is shown.',
  ),
  masked: described(z.boolean(), 'Whether its values are left out of this answer.'),
  fingerprint: hash,
  default_fingerprint: defaultHash,
  note: described(z.nullable(z.string()), 'Why a value is `null` or not known, in a sentence.'),
  candidates: described(
    z.optional(z.array(candidate)),
    'With `explain=true`: every place that gives the constant a value, or may, in order of precedence; the model’s default comes last.',
  ),
  changed_at: described(
    z.optional(z.nullable(z.string())),
    'Where the stage records: the first recording that saw the value of now. `null`: none has yet, the value is not known, or it ' +
      'cannot be told, as fingerprints have been made with another key since.',
  ),
  changed_after: described(
    z.optional(z.nullable(z.string())),
    'Where the stage records: the last recording that saw another value, or none: it was changed between the two. `null`: none did ' +
      'since recording began.',
  ),
});

/** What the recorder saw change; which values, nobody keeps. */
export const constantChange = z.object({
  name: described(z.string(), '`Module.Constant`.'),
  change: described(z.enum(['added', 'changed', 'removed']), 'What became of it.'),
  changed_at: described(z.string(), 'The first recording that saw it so.'),
  changed_after: described(z.string(), 'The last that saw it otherwise: it was changed between the two.'),
});

/** A constant in one of two environments. */
const side = z.nullable(
  z.object({
    type,
    state,
    value: configured,
    default_value: declared,
    value_known: known,
    masked: described(
      z.boolean(),
      'Whether the values are left out, because the constant is masked in one of the two.',
    ),
    fingerprint: hash,
    default_fingerprint: defaultHash,
  }),
);

/** One thing in which two environments differ. */
export const difference = z.object({
  name: described(z.string(), '`Module.Constant`.'),
  change: described(
    z.enum(['value', 'default', 'type', 'state', 'only_here', 'only_there']),
    'What differs; a constant has an entry for each. What is not known on one side is no difference.',
  ),
  here: described(side, 'In the environment that was asked for. `null`: it is not there.'),
  there: described(side, 'In the environment of `compare`. `null`: it is not there.'),
});
