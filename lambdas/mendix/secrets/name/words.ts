/** A name or text as words that can be compared: no capitals, no accents, no separators. */

/** Letters that Unicode does not take apart into a letter and an accent. */
const LIGATURES: Readonly<Record<string, string>> = {
  ß: 'ss',
  ł: 'l',
  ø: 'o',
  ı: 'i',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  æ: 'ae',
  œ: 'oe',
};

/**
 * Lower case, and accents off where they are spelling (Latin, Greek, Cyrillic): `Schlüssel` → `schlussel`, `Hasło` →
 * `haslo`. Marks that are letters of their own (Thai vowels, the voicing of kana) stay; full-width
 * and half-width letters become plain ones.
 */
export function fold(text: string): string {
  return text
    .toLowerCase()
    .replace(/[ßłøıđðþæœ]/g, (letter) => LIGATURES[letter] ?? letter)
    .normalize('NFKD')
    .replace(/([\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}])\p{M}+/gu, '$1')
    .normalize('NFC');
}

/**
 * Camel case, underscores and digits apart, folded: `OAuth2ClientSecret_v2` → oauth, 2, client, secret, v, 2. Letters
 * that stand alone are put together again: `p_w_d` → pwd.
 */
export function wordsOf(name: string): string[] {
  const words = name
    .normalize('NFKC')
    .replace(/OAuth/g, 'Oauth')
    .replace(/(\p{Ll}\p{M}*)(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu}\p{M}*)(\p{Lu}\p{M}*\p{Ll})/gu, '$1 $2')
    .replace(/([\p{L}\p{M}])(\p{N})/gu, '$1 $2')
    .replace(/(\p{N})(\p{L})/gu, '$1 $2')
    .split(/[^\p{L}\p{M}\p{N}]+/u)
    .filter((word) => word !== '')
    .map(fold);
  return words.reduce<string[]>((joined, word, index) => {
    const isLetter = (text: string | undefined) => text !== undefined && /^[a-z]$/.test(text);
    if (isLetter(word) && isLetter(words[index - 1])) joined.push(`${joined.pop() ?? ''}${word}`);
    else joined.push(word);
    return joined;
  }, []);
}
