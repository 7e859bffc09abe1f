/** The shape of an entry in the lists of accepted mutants. */

/** Mutants with one reason. */
export interface Accepted {
  why: string;
  mutants: readonly (readonly [file: string, before: string, after: string])[];
}
