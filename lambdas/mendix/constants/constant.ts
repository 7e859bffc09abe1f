/** A constant as it is configured: where it may get its value from, and from where it does. */
import type { SecretReason } from '../secrets/detector.ts';
import type { ConstantType, Typed } from './value.ts';

/**
 * `default`: the model's value is configured. `overridden`: the environment's is. `missing`: declared, and neither has a
 * value. `obsolete`: set, but not declared.
 */
export type State = 'default' | 'overridden' | 'missing' | 'obsolete';

/** One place that gives a constant a value, or may. */
export interface Candidate {
  /** The source's configured name. */
  source: string;
  /** Where in the source. */
  via: string;
  /** `null`: not known. */
  typed: Typed | null;
  /** Set to an empty text; false when the value is not known. */
  empty: boolean;
  /** Why the value is `null`. */
  note: string | null;
}

export interface Constant {
  /** `Module.Constant`; the variable's name where it may mean several and the model has none of them. */
  name: string;
  module: string | null;
  /** `null`: not declared, or of a type that is not known here. */
  type: ConstantType | null;
  /** `null`: the model gives none that is text. */
  description: string | null;
  /** The description holds what is masked, or may. */
  description_masked: boolean;
  /** `null`: it depends on a place that is not read. */
  state: State | null;
  /** In order of precedence; the model's default comes last. */
  candidates: readonly Candidate[];
  /** The candidate that is configured; `null`: there is none, or which one it is is not known. */
  winner: Candidate | null;
  /** False: what is configured stands, or may stand, in a place that is not read. A constant without a value is known. */
  value_known: boolean;
  default_candidate: Candidate | null;
  note: string | null;
  /** Why its values are masked; `null`: they are shown. */
  secret: SecretReason | null;
  /** Other declared constants that the same variable sets. */
  shares_variable_with: readonly string[];
  /** Two places of one source set it differently, and which of the two wins is not documented. */
  precedence_unknown: boolean;
}
