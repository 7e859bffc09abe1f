/**
 * What one source sets, in the form that all formats are brought to: ranks of places in order of precedence.
 *
 * An environment file that has `MX_Mail_Host=a` and `CONSTANTS={"Mail.Host":"b","Mail.Port":25}` is two ranks: first the
 * variables, then the map. A MendixApp that sets constants in two of its fields is one rank of two places, since nobody
 * documents which of the two the operator prefers.
 */
import type { IntegerRule, Written } from '../value.ts';

export interface Overrides {
  /** The first rank that sets a constant wins. */
  ranks: readonly Rank[];
  /** What of the source is not read, and what that means; sentences for the operator. */
  notes: readonly string[];
}

/** Places whose order among each other is not documented: of two that set the same constant none is claimed to win. */
export type Rank = readonly Place[];

/** Something in a source that sets constants. */
export type Place = SettingsPlace | VariablesPlace | UnreadPlace;

/** A map of constants: a section of a YAML file, a JSON text. */
export interface SettingsPlace {
  kind: 'settings';
  /** Where in the source, for people: `mxruntime.MicroflowConstants`, `CONSTANTS`, `secret store` … */
  via: string;
  /** By `Module.Constant`. */
  settings: ReadonlyMap<string, Written | NotRead>;
  integers: IntegerRule;
}

/** Variables such as `MX_Sales_VatRate`: only the model tells which constants they set. */
export interface VariablesPlace {
  kind: 'variables';
  /** By the variable's name. */
  variables: ReadonlyMap<string, Written | NotRead>;
  integers: IntegerRule;
}

/** A place that may set any constant and is not read: an included file, a source that failed. */
export interface UnreadPlace {
  kind: 'unread';
  via: string;
  /** A sentence for the row of a constant, which names the place. */
  note: string;
}

/** Instead of a value: what a place sets is not known here. */
export interface NotRead {
  kind: 'not read';
  /** `perhaps`: the place may leave the constant to the next one, as an optional variable does. */
  sets: 'surely' | 'perhaps';
  /** A sentence for the row of the constant. */
  note: string;
  /** It stands in a secret store. */
  stored: boolean;
}

/** What a source sets that sets nothing. */
export const NO_OVERRIDES: Overrides = { ranks: [], notes: [] };

/** Set in a store whose content this API does not read. */
export const IN_SECRET_STORE: NotRead = {
  kind: 'not read',
  sets: 'surely',
  note: 'It is set in a secret store, which is not read.',
  stored: true,
};

/** Set, but to what depends on something that is not in the source. */
export function setElsewhere(note: string): NotRead {
  return { kind: 'not read', sets: 'surely', note, stored: false };
}

/** Set only where something is given that is not in the source, such as a variable of the host. */
export function perhapsSet(note: string): NotRead {
  return { kind: 'not read', sets: 'perhaps', note, stored: false };
}
