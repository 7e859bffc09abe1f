/** "Key" and "code": nouns that are secrets or not by the word before them. */

/** Words that end in "key" without being one. */
const NO_KEYS: ReadonlySet<string> = new Set('monkey turkey hockey donkey jockey whiskey hotkey'.split(' '));

/** What stands before "key" when it is a key to look something up with. */
const LOOKUPS: ReadonlySet<string> = new Set(
  (
    'storage cache primary foreign sort partition public site translation message lookup business natural dictionary ' +
    'registry index routing object header json xml group resource label shortcut sequence unique candidate surrogate ' +
    'column row property i18n l10n text field attribute query parameter param locale language menu ' +
    'setting settings config configuration context feature flag metric dimension publishable'
  ).split(' '),
);

/** "storage" keys open a storage account unless the storage is the browser's. */
const BROWSER_STORAGE: ReadonlySet<string> = new Set('local session browser'.split(' '));

/** What stands before "code" when the code opens something. */
const OPENING_CODE =
  /^(?:access|security|activation|api|auth|authorization|pass|pin|function|unlock|door|gate|alarm|backup|recovery|licen[cs]e|secret|verification|confirmation|master|login|geheim|inlog)$/;

/**
 * Whether the word at this place is a key or code that opens something.
 *
 * `ApiKey`, `EncryptionKey`, `Key`: opens, as nothing before it says that it looks something up. `SortKey`, `CacheKey`,
 * `LocalStorageKey`: looks up. `StorageKey`, `AzureStorageKey`: opens an Azure account. `DoorCode`, `ActivationCode`:
 * opens; `CompanyCode`, `ErrorCode`: a number of something. `ClientCertificate`: has its private key with it as a rule;
 * `Certificate` alone is public.
 */
export function isOpener(words: readonly string[], at: number): boolean {
  const word = words[at] ?? '';
  const previous = words[at - 1] ?? '';
  if (word === 'code' || word === 'codes') return OPENING_CODE.test(previous);
  if (word === 'certificate' || word === 'cert' || word === 'pem') return /^(?:private|client)$/.test(previous);
  if (!/keys?$/.test(word) || NO_KEYS.has(word)) return false;
  if (word !== 'key' && word !== 'keys') return !LOOKUPS.has(word.replace(/keys?$/, ''));
  if (previous === 'storage') return !BROWSER_STORAGE.has(words[at - 2] ?? '');
  return !LOOKUPS.has(previous);
}
