/**
 * Whether a constant's name says that it holds a secret. The name is read as words (`SmtpPasswordMinLength` → smtp,
 * password, min, length): a secret's noun makes a secret, unless a word after it makes it something about the secret
 * (its length, address, name), or a word before "key" makes it a key of another kind.
 */
import type { ConstantType } from '../constants/value.ts';

/** Nouns that are secrets by themselves. */
const SECRETS: ReadonlySet<string> = new Set(
  (
    'password passwords passwd passw passwort passphrase pwd pass secret secrets token tokens credential credentials ' +
    'creds pin pincode passcode otp jwt bearer salt pepper signature sas htpasswd connectionstring connstring connstr dsn ' +
    'wachtwoord geheim apikey devkey clientsecret authtoken accesstoken privatekey secretkey accesskey psk hmac ' +
    'authorization activationcode securitycode apicode keystore truststore pfx p12'
  ).split(' '),
);

/** Words that end like one of these are the same thing written together: `smtppassword`, `googleapikey`. */
const SECRET_ENDING = /(?:password|passwd|passphrase|secret|token|apikey|accesskey|privatekey|credentials?|pwd)$/;

/** Words that end in "key" without being one. */
const NO_KEYS: ReadonlySet<string> = new Set('monkey turkey hockey donkey jockey whiskey hotkey'.split(' '));

/** What stands before "key" when it is a key to look something up with. */
const LOOKUP_KEYS: ReadonlySet<string> = new Set(
  (
    'storage cache primary foreign sort partition public site translation message lookup business natural dictionary ' +
    'registry index routing object header map json xml group resource label shortcut sequence unique candidate surrogate ' +
    'column row property i18n l10n text field attribute query parameter param session cookie locale language menu ' +
    'setting settings config configuration context feature flag metric dimension publishable'
  ).split(' '),
);

/** "storage" keys open a storage account unless the storage is the browser's. */
const BROWSER_STORAGE: ReadonlySet<string> = new Set('local session browser'.split(' '));

/** After a secret's noun: something about the secret, not the secret. */
const ABOUT: ReadonlySet<string> = new Set(
  (
    'length len size min max minimum maximum prefix suffix name names id ids identifier url uri endpoint host path file filename ' +
    'folder directory location header field param parameter attribute column expiry expiration expires expire lifetime ' +
    'timeout ttl duration minutes seconds hours days months policy regex pattern format enabled disabled required ' +
    'enable allowed count type kind algorithm alg rotation interval age arn version label hint title ' +
    'separator delimiter limit attempts retries strength complexity refresh issuer audience scope scopes claim mode method ' +
    'provider domain alias encoding charset template subject reset link caption tooltip placeholder ' +
    'description validity grace margin leeway skew cookie store vault manager page log lognode node ' +
    'history reuse usage bits cost rounds iterations check changed generator'
  ).split(' '),
);

/** Numbers that are secrets: a PIN may be an integer, the length of a password is one too. */
const NUMERIC_SECRETS: ReadonlySet<string> = new Set('pin pincode passcode otp password secret token'.split(' '));

export function isSecretName(name: string, type: ConstantType | null): boolean {
  if (type === 'boolean' || type === 'date_time') return false;
  const words = wordsOf(name.slice(name.indexOf('.') + 1));
  const at = words.findLastIndex((_, index) => isSecretNoun(words, index));
  if (at === -1) return false;
  const rest = words.slice(at + 1);
  if (type === 'integer' || type === 'decimal') {
    const noun = words[at] === 'code' ? words[at - 1] : words[at];
    return rest.length === 0 && NUMERIC_SECRETS.has(noun ?? '');
  }
  return !rest.some((word) => ABOUT.has(word));
}

function isSecretNoun(words: readonly string[], index: number): boolean {
  const word = words[index] ?? '';
  if (SECRETS.has(word)) return true;
  if (SECRET_ENDING.test(word)) return true;
  const previous = words[index - 1] ?? '';
  if (word === 'string' || word === 'strings') return /^(?:connection|conn)$/.test(previous);
  if (word === 'code') return /^(?:access|security|activation|api|auth|pass|pin|function)$/.test(previous);
  if (word === 'certificate' || word === 'cert' || word === 'pem') return /^(?:private|client)$/.test(previous);
  if (word === 'word' || word === 'phrase') return previous === 'pass';
  return isKey(words, index);
}

/** Keys are secrets unless what stands before says that they only look something up. */
function isKey(words: readonly string[], index: number): boolean {
  const word = words[index] ?? '';
  if (!/keys?$/.test(word) || NO_KEYS.has(word)) return false;
  if (word !== 'key' && word !== 'keys') return !LOOKUP_KEYS.has(word.replace(/keys?$/, ''));
  const previous = words[index - 1] ?? '';
  if (previous === 'storage') return !BROWSER_STORAGE.has(words[index - 2] ?? '');
  return !LOOKUP_KEYS.has(previous);
}

/** Camel case, underscores and digits apart: `OAuth2ClientSecret_v2` → oauth, 2, client, secret, v, 2. */
function wordsOf(name: string): string[] {
  return name
    .replace(/OAuth/g, 'Oauth')
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .replace(/(?<=\p{L})(?=\p{N})|(?<=\p{N})(?=\p{L})/gu, ' ')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
}
