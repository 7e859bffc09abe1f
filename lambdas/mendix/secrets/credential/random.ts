/**
 * Whether a text looks like a token that no person wrote. Only the reason of a verdict depends on it while a text has to
 * be known to be harmless; under `secrecy: "detect"` it decides.
 */

const KINDS = [/[a-z]/, /[A-Z]/, /\d/];

/** Shorter texts are words more often than keys. */
const MIN_TOKEN = 16;

/**
 * One token without spaces that no person wrote: hexadecimal, or letters and digits mixed beyond what words do.
 * `q7Rk2vXw9LbT4sYh` changes its kind of character 15 times in 16 characters, `OrderTemplate2024` four times in 17.
 */
export function isRandomToken(text: string): boolean {
  const value = text.trim();
  if (value.length < MIN_TOKEN || !/^[\w+/=~.!@#$%^&*-]+$/.test(value)) return false;
  if (/^[0-9a-f]+$/i.test(value)) return value.length >= 24 && /\d/.test(value) && /[a-f]/i.test(value);
  const classes = KINDS.filter((kind) => kind.test(value)).length;
  if (classes < 2 || !/\d/.test(value)) return classes === 2 && isShuffledCase(value);
  return entropy(value) >= MIN_ENTROPY && changes(value) >= value.length * MIN_CHANGES;
}

/** Of letters and digits: words repeat theirs, and keep together what is of one kind. */
const MIN_ENTROPY = 3.2;
const MIN_CHANGES = 0.25;

/** In camel case the case changes every five letters or so, in random letters every other. */
const MIN_CHANGES_OF_CASE = 0.4;

/** Letters only: words in camel case change case at word starts, random ones at any place. */
function isShuffledCase(value: string): boolean {
  return value.length >= 24 && entropy(value) >= 4 && changes(value) >= value.length * MIN_CHANGES_OF_CASE;
}

/** Shannon's, in bits a character: 0 for `aaaa`, 2 for `abcd`, about 4 for base64 of 24 characters. */
function entropy(value: string): number {
  const counts = new Map<string, number>();
  for (const character of value) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / value.length) * Math.log2(count / value.length);
  return bits;
}

/** How often the kind of character (lower, upper, digit, other) changes from one to the next. */
function changes(value: string): number {
  const kinds = [...value].map((character) => KINDS.findIndex((kind) => kind.test(character)));
  return kinds.slice(1).filter((kind, index) => kind !== kinds[index]).length;
}
