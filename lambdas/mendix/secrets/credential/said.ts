/** Secrets that a sentence says: "the password for the server is summer, keep it", "mot de passe : tournesol". */
import { isNoun } from '../name/nouns.ts';
import { fold } from '../name/words.ts';

/** "is", in the languages of the nouns. */
const COPULA = /^(?:is|are|was|ist|war|lautet|luidt|est|es|e|jest|este|ar|er|on|je)$/;

/** A line without one of these gives nothing; most lines are none the longer to read. */
const GIVING = /[:：]|\s(?:is|are|was|ist|war|lautet|luidt|est|es|e|è|é|jest|este|är|er|on|je)\s/iu;

/** How far behind the noun the verb may stand: "the password for the server of the shop **is**". */
const MAX_BETWEEN = 6;

/** What stands for a value that is put in later, or says something of it: "is required", "has expired", "{1}". */
const PLACEHOLDER =
  /^(?:\{\w*\}|\$\{[^}]*\}|%\w+%|\[%?\w+%?\]|<[^>]*>|[*x.…]+|null|none|true|false|yes|no|\w*(?:required|ed|able|ible)|empty|optional|mandatory|wrong|incorrect|(?:in)?valid|set|missing|unknown|correct|hidden|secret|given|kept|sent|new|old|strong|weak|case-sensitive|verplicht|leeg|ongeldig|verlopen|onjuist|erforderlich|leer|ungultig|abgelaufen|falsch|requis|vide|obligatoire|incorrecto|obligatorio|vacio)[.,;!?]*$/i;

/** Whether a text, as the value of a secret, is only something about it. */
export function isPlaceholder(text: string): boolean {
  return PLACEHOLDER.test(text);
}

/** Whether a line of a text names a secret and then gives it. */
export function isSecretSaid(text: string): boolean {
  return text.split(/[\r\n]+/).some((line) => {
    if (!GIVING.test(line)) return false;
    const tokens = fold(line).split(/\s+/);
    return tokens.some((_, at) => isNounAt(tokens, at) && isGivenAfter(tokens, at));
  });
}

/** One word, or the last of a phrase of two or three: mot, de, **passe**. */
function isNounAt(tokens: readonly string[], at: number): boolean {
  return [1, 2, 3].some((count) => {
    const word = tokens.slice(Math.max(0, at + 1 - count), at + 1).join('');
    return word.length <= 60 && isNoun(word.replace(/^\P{L}+|\P{L}+$/gu, ''));
  });
}

function isGivenAfter(tokens: readonly string[], noun: number): boolean {
  const isGiven = (value: string | undefined) => value !== undefined && value !== '' && !isPlaceholder(value);
  if (/[:：]$/.test(tokens[noun] ?? '')) return isGiven(tokens[noun + 1]);
  if (tokens[noun + 1] === ':') return isGiven(tokens[noun + 2]);
  const between = tokens.slice(noun + 1, noun + 1 + MAX_BETWEEN).findIndex((token) => COPULA.test(token));
  if (between === -1) return false;
  const at = noun + 2 + between;
  // A value ends its sentence or clause: "is summer." and not "is used for".
  return isGiven(tokens[at]) && (at === tokens.length - 1 || /[,.;!]$/.test(tokens[at] ?? ''));
}
