/** The shape of an entry in the lists of harmless forms. */

/**
 * Whether a part of a text is harmless by itself.
 * @param label what the part is called in its document (`host`), or `null`: as the whole is
 */
export type IsHarmlessPart = (part: string, label: string | null) => boolean;

export interface Form {
  /** In plain words, for tests and documents. */
  name: string;
  /** Texts of this form, and texts like them that are not: its tests. */
  good: readonly string[];
  bad: readonly string[];
  /** @param text without white space at its ends */
  matches(text: string, isHarmlessPart: IsHarmlessPart): boolean;
}
