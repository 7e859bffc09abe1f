/** The common form of all overrides. */
import type { Written } from '../value.ts';

/** One constant as one place in a source sets it. */
export interface Setting {
  /** `Module.Constant`. */
  name: string;
  /** Where in the source: `mxruntime.MicroflowConstants`, `CONSTANTS`, `secret store` … */
  via: string;
  /** `null`: set in a store that this API does not read. */
  written: Written | null;
}

/** A variable such as `MX_Sales_VatRate`: only the model tells which constants it sets. */
export interface Variable {
  variable: string;
  text: string;
}

export interface Overrides {
  /** Win over `settings`. By variable name. */
  variables: ReadonlyMap<string, Variable>;
  /** First wins among those of the same name. */
  settings: readonly Setting[];
}

/** The variable that sets a constant (buildpack, `runtime.py`: the dots of the name become underscores). */
export function variableOf(name: string): string {
  return `MX_${name.replaceAll('.', '_')}`;
}

/** All names that a variable may set: one underscore of it stands for the dot. */
export function namesOf(variable: string): string[] {
  const rest = variable.slice('MX_'.length);
  return [...rest.matchAll(/_/g)]
    .map(({ index }) => `${rest.slice(0, index)}.${rest.slice(index + 1)}`)
    .filter((name) => !name.startsWith('.') && !name.endsWith('.'));
}
