/** Words as people write them, in any language: what tells `Bestellung` and `注文` from `kJfDmQxRtWvB`. */
import { fold } from '../name/words.ts';

/**
 * For each letter, the letters that hardly ever follow it. Measured with wordfreq 3.1 on 17 languages in Latin script
 * (en de nl fr es pt it pl ro tr sv da nb fi cs hu id), accents folded: pairs that are below 0.03 % in the 15,000 most
 * frequent words of each, and in at most two of its 3,000 most frequent. At most 0.9 % of those words have one; of random
 * letters 74 % of 8 and 94 % of 16 have.
 */
const RARE_FOLLOWERS: Readonly<Record<string, string>> = {
  b: 'dfhkmpqvwxz',
  c: 'bdfgpvwx',
  d: 'qx',
  f: 'bckmpqvwxz',
  g: 'cmpqwxz',
  h: 'bfghpqxz',
  j: 'bhjqx',
  k: 'fgpqx',
  l: 'qx',
  m: 'jkqvwx',
  n: 'px',
  p: 'bqvwxz',
  q: 'abcdefghijklmnopqrstvwxyz',
  r: 'x',
  s: 'x',
  t: 'pqx',
  u: 'q',
  v: 'fhjmpqwx',
  w: 'bfgjkmqtvwx',
  x: 'bdfghjklmnqrsuvwxyz',
  y: 'qx',
  z: 'fqx',
};

/** Abbreviations that are written together with a word: `mxfeedback` (Mendix's own prefix), `sqlserver`. */
const ABBREVIATION_BEFORE = /^(?:mx|sql|xml|html|http|jdbc|mqtt|sftp|smtp|ldap)(?=[a-z]{3})/;

const MAX_WORD = 40;
/** Abbreviations follow no rule: `xlsx`, `MQTT`, `kvk`. */
const MAX_ABBREVIATION = 4;
const MAX_CAPITALS = 5;
/** Of the pieces of a word in camel case, if there are three or more. */
const MIN_MEAN_PIECE = 3;
/** Of the letters of a word: `schlecht` has one vowel of eight. */
const MIN_VOWELS = 0.12;

/**
 * One word, or several written together in camel case. Letters only: `OrderProcessing`, `maandag`, `Île`, `주문`.
 * @example isWord('QwErTyUiOp') // false: pieces of two letters each
 */
export function isWord(text: string): boolean {
  return isWordWith(text, 0);
}

/** A word with one pair of letters that is rare: `schnell` and `krijgen` beside `always`. Among others it is one, too. */
export function isUnusualWord(text: string): boolean {
  return isWordWith(text, 1);
}

function isWordWith(text: string, rarePairs: number): boolean {
  if (!/^\p{L}[\p{L}\p{M}]*$/u.test(text) || text.length > MAX_WORD) return false;
  if (!/\p{Script=Latin}/u.test(text)) return true;
  const folded = text.replace(/\p{L}\p{M}*/gu, (letter) =>
    /\p{Lu}/u.test(letter) ? fold(letter).toUpperCase() : fold(letter),
  );
  if (!/^[A-Za-z]+$/.test(folded)) return false;
  // `eMail`, `sAMAccountName`; `MxAdmin`, `TcConnector`.
  const pieces =
    folded.replace(/^(?:[a-z](?=[A-Z])|[A-Z][a-z](?=[A-Z][a-z]{4}))/, '').match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+/g) ?? [];
  if (pieces.length > 2 && folded.length / pieces.length < MIN_MEAN_PIECE) return false;
  return pieces.length === 1 ? isPiece(pieces[0] ?? '', rarePairs) : pieces.every((piece) => isPart(piece, rarePairs));
}

/** A whole word: `Order`, `processing`, `PDF`, `xlsx`. */
function isPiece(piece: string, rarePairs: number): boolean {
  return piece.length <= MAX_ABBREVIATION || isPart(piece, rarePairs);
}

/** One of several in camel case, where only capitals are an abbreviation: `exportPDF`, not `haspIquePPDQ`. */
function isPart(piece: string, rarePairs: number): boolean {
  if (/^[A-Z]+$/.test(piece) && piece.length <= MAX_CAPITALS) return true;
  const bare = piece.toLowerCase().replace(ABBREVIATION_BEFORE, '');
  const rare = [...bare].filter((letter, at) => RARE_FOLLOWERS[bare[at - 1] ?? '']?.includes(letter)).length;
  const vowels = bare.replace(/[^aeiouy]/g, '').length;
  return rare <= rarePairs && vowels / bare.length >= MIN_VOWELS && !/[^aeiouy]{6}/.test(bare.replace(/sch|ch/g, 's'));
}

/** Words with marks between them and no digit: `shop-frontend`, `Orders.ACT_Order_Import`, `INV-`. */
export function areJoinedWords(text: string): boolean {
  const parts = text.split(/[-_.]/).filter((part) => part !== '');
  return parts.length > 0 && /^[\p{L}\p{M}_.-]+$/u.test(text) && parts.every(isWord);
}

/** A word with a short number behind it, a number, a short code: what a name with digits is made of. */
export function isNumberedWord(text: string): boolean {
  if (isWord(text) || /^\d{1,8}$/.test(text) || /^[a-z]?\d{1,3}[a-z]?$/.test(text) || isShortCode(text)) return true;
  const [, word = ''] = /^(\p{L}{2,})\d{1,4}$/u.exec(text) ?? [];
  return isWord(word);
}

/** `NL01`, `C100`, `ZOR1`: capitals, then digits, five at most. */
export function isShortCode(text: string): boolean {
  return text.length <= 5 && /^[A-Z]{1,4}\d{1,4}$/.test(text);
}

/** The name of a thing under a name that asks for one: `sqlserver01`, `order-api-v2`, `SAP 100`. */
export function isIdentifier(text: string): boolean {
  return (
    /^[\p{L}\p{M}\p{N} ._-]{1,200}$/u.test(text) &&
    text.split(/[ ._-]/).every((part) => part === '' || isNumberedWord(part))
  );
}

/** Three parts and more, two of them words: `acme-prod-uploads2024-eu1`, which nobody chooses as a password. */
export function isComposite(text: string): boolean {
  const [, name = ''] = /^([\p{L}\p{M}\p{N}._-]{1,200})(?::\d{1,3})?$/u.exec(text) ?? [];
  const parts = name.split(/[._-]/).filter((part) => part !== '');
  const words = parts.filter((part) => part.length > 1 && isWord(part));
  return parts.length >= 3 && words.length >= 2 && parts.every(isNumberedWord);
}
