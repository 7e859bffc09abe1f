/**
 * What a constant's name says of its value. The name is read as words (`SmtpPasswordMinLength` → smtp, password, min,
 * length): a secret's noun makes a secret, unless the last word makes it something about the secret.
 */
import { type Excuse, excusesOf } from './excuses.ts';
import { isOpener } from './keys.ts';
import { endsPhrase, isNoun } from './nouns.ts';
import { wordsOf } from './words.ts';

export type NameReading =
  /** It is called a secret. `numeric`: by a noun for which a number is a secret too. */
  | { kind: 'secret'; numeric: boolean }
  /** It is called something about a secret, if its value has one of these forms. */
  | { kind: 'excused'; excuses: ReadonlySet<Excuse> }
  /** Nothing in it is the noun of a secret. `identifies`: it is called the name or number of a thing. */
  | { kind: 'plain'; identifies: boolean };

/** Nouns for which a number is a secret: a PIN may be an integer; the length of a password is one, too. */
const NUMERIC = /^(?:pin|pincode|puk|tan|passcode|otp|password|secret|token|code)$|password$/;

/** After the noun: only which of several it is, so that a number is the secret and not its length. */
const WHICH_ONE = /^(?:\p{N}+|v|prod|production|acc|acceptance|test|dev|local|default|value|admin|user|new|old)$/u;

/** Last words of names that hold the name or number of a thing, which may be letters with digits. */
const IDENTIFYING: ReadonlySet<string> = new Set(
  (
    'id ids guid uuid identifier identifiers tenant name host hostname server client plant plants table tables queue ' +
    'bucket topic schema version release build model models index dataset database db node column user username ' +
    'environment stage region system mandant sheet tab destination idoc job program message company site warehouse bic'
  ).split(' '),
);

/** @param name without its module: `SmtpPassword`, or a key in a document: `client_secret` */
export function readName(name: string): NameReading {
  const words = wordsOf(name);
  const noun = words.findLastIndex((_, at) => isSecretNoun(words, at));
  if (noun === -1) {
    const last = words.findLast((word) => !/^\p{N}+$/u.test(word)) ?? '';
    return { kind: 'plain', identifies: IDENTIFYING.has(last) };
  }
  const excuses = excusesOf(words, noun);
  if (excuses.size > 0) return { kind: 'excused', excuses };
  const isWhole = words.slice(noun + 1).every((word) => WHICH_ONE.test(word));
  return { kind: 'secret', numeric: isWhole && NUMERIC.test(words[noun] ?? '') };
}

function isSecretNoun(words: readonly string[], at: number): boolean {
  const word = words[at] ?? '';
  // What is written under a mail is no credential.
  if (word === 'signature' && /^e?mail$/.test(words[at - 1] ?? '')) return false;
  return isNoun(word) || endsPhrase(words, at) || isOpener(words, at);
}
