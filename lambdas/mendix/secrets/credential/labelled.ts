/**
 * Credentials that are labelled inside a text: in connection strings (`Pass=…`), JSON, XML, YAML, headers, command lines
 * and sentences ("the password is …"). The labels are read as names of constants are.
 */
import { isSecretWord, readName } from '../name/name.ts';
import { fold } from '../name/words.ts';

/**
 * `Pwd=…`, `"client_secret": "…"`, `X-Api-Key: …`: the label, and what follows the sign. A label inside an address or a
 * resource name (`arn:…:secret:shop`) is none.
 */
const LABELLED =
  /(?<![\p{L}\p{M}\p{N}_.:/-])([\p{L}\p{M}\p{N}_.-]{1,80})[\\"']{0,2}\s{0,4}(?:[:=]|=>)\s{0,4}[\\"'[]{0,3}([^\s"';,&<>\]\\]+)/gu;

/** `<wsse:Password Type="…">…</wsse:Password>` */
const ELEMENT = /<(?:[\w-]{1,40}:)?([\p{L}\p{N}_.-]{1,80})(?:\s[^<>]{0,500})?>([^<>]+)</gu;

/** `--password …` */
const OPTION = /(?:^|\s)--?(\p{L}[\p{L}\p{N}_-]{1,79})\s{1,4}([^\s-]\S*)/gu;

/** `mot de passe : …`; "the password is …" at the end of a sentence, in the languages of the nouns. */
const SAID =
  /([\p{L}\p{M}]{2,40}(?: \p{L}{1,10}){0,2})(?: ?: ?(\S+)| (?:is|was|ist|lautet|est|es|e|jest|este|ar) (\S+?)(?=[.!?]?(?:\s*$|\n)))/gmu;

/** What stands for a value that is put in later, or says that there is one. */
const PLACEHOLDER =
  /^(?:\{\w*\}|\$\{[^}]*\}|%\w+%|\[%?\w+%?\]|<[^>]*>|[*x.…]+|null|none|true|false|yes|no|required|empty|optional|needed|mandatory|wrong|invalid|incorrect|expired)[.!]?$/i;

/** How much of a text is looked at: a longer one is not known to be harmless anyway. */
const MAX_LENGTH = 20_000;

/** Whether a text holds a value that is labelled as a secret. */
export function holdsLabelledCredential(text: string): boolean {
  const searched = text.slice(0, MAX_LENGTH);
  const labelled = [LABELLED, ELEMENT, OPTION].flatMap((form) => [...searched.matchAll(form)]);
  if (labelled.some(([, label = '', value = '']) => isValue(value) && readName(label).kind === 'secret')) return true;
  return [...fold(searched).matchAll(SAID)].some(([, label = '', ...values]) => isSaid(label, values));
}

/** The words before the sign end in a noun: "the password", "mot de passe". */
function isSaid(label: string, values: readonly (string | undefined)[]): boolean {
  const words = label.split(' ');
  const named = [1, 2, 3].some((count) => isSecretWord(words.slice(-count).join('')));
  return named && values.some((value) => value !== undefined && isValue(value));
}

function isValue(value: string): boolean {
  return !PLACEHOLDER.test(value);
}
