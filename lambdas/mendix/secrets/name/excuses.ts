/**
 * Words at the end of a name that make it something about a secret: its length, its header, its address. Such a word
 * counts only with a value of its form: `PasswordMinLength` is harmless as 12, and a password as `Winter2024!`.
 */

/** What a value must be for the excuse to count. */
export type Excuse = 'number' | 'flag' | 'address' | 'path' | 'identifier' | 'sentence' | 'pattern';

/** Words by the form that they ask for; a word may ask for one of several (`PasswordPolicy`: a pattern or a word). */
const WORDS: Readonly<Record<Excuse, string>> = {
  number:
    'length len size min max minimum maximum count lifetime timeout ttl duration minute minutes second seconds ms hour ' +
    'hours day days week weeks month months year years interval period age expiry expiration expires expire validity ' +
    'grace margin leeway skew bits cost rounds iterations attempts retries limit strength complexity history reuse ' +
    'usage rotation version',
  flag: 'enabled disabled required enable allowed check changed use refresh reset policy mode',
  address: 'url uri link endpoint issuer audience address arn page domain',
  path: 'path file filename folder directory location store',
  identifier:
    'name names header headers field param parameter attribute column id ids identifier alias type kind algorithm alg ' +
    'scope scopes claim prefix suffix label method mode manager vault template encoding charset separator delimiter ' +
    'generator log lognode node policy issuer audience arn page location strength complexity colour color icon key keys',
  sentence: 'scope scopes title label description caption tooltip placeholder message prompt text subject help error',
  pattern: 'regex regexp pattern format policy',
};

const EXCUSES: ReadonlyMap<string, readonly Excuse[]> = Object.entries(WORDS).reduce((byWord, [excuse, words]) => {
  for (const word of words.split(' ')) byWord.set(word, [...(byWord.get(word) ?? []), excuse as Excuse]);
  return byWord;
}, new Map<string, Excuse[]>());

/** Before a noun: `MaxTokens` counts them. */
const COUNTING: ReadonlySet<string> = new Set('max min number count maximum minimum'.split(' '));

/** The id of these opens the door together with the secret, or is the secret (AWS access keys, Vault's AppRole). */
const NO_EXCUSE = /(?:^| )(?:access key|accesskey|secret) ids?$/;

/**
 * The forms that a value may have for a name with a secret's noun at `noun`, to be no secret; empty: nothing excuses.
 * The excuse is the last word (numbers and one-letter words after it aside), so `Password_FileServer` has none.
 * @example excusesOf(['token', 'lifetime', 'seconds'], 0) // number
 */
export function excusesOf(words: readonly string[], noun: number): ReadonlySet<Excuse> {
  const rest = words.slice(noun + 1).filter((word) => !/^(?:\p{N}+|v)$/u.test(word));
  if (rest.length === 0) return COUNTING.has(words[noun - 1] ?? '') ? new Set<Excuse>(['number']) : new Set();
  if (NO_EXCUSE.test(words.join(' '))) return new Set();
  return new Set(EXCUSES.get(rest.at(-1) ?? ''));
}
