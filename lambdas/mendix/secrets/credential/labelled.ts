/**
 * Credentials that are labelled inside a text: in connection strings (`Pass=…`), JSON, XML, YAML, headers, command lines
 * and sentences ("the password is …"). The labels are read as names of constants are.
 */
import { readName } from '../name/name.ts';
import { isPlaceholder, isSecretSaid } from './said.ts';

/**
 * `Pwd=…`, `"client_secret": "…"`, `X-Api-Key: …`, `?access_token=…`: the label, and what follows the sign, in which the
 * next label may stand. A label inside an address or a resource name (`arn:…:secret:shop`) is none.
 */
const LABELLED =
  /(?<![\p{L}\p{M}\p{N}_.:/-])([\p{L}\p{M}\p{N}_.-]{1,80})[\\"']{0,2}\s{0,4}(?:[:=]|=>)\s{0,4}[\\"'[]{0,3}(?=([^\s"';,&<>\]\\]{1,80}))/gu;

/** `<wsse:Password Type="…">…</wsse:Password>` */
const ELEMENT = /<(?:[\w-]{1,40}:)?([\p{L}\p{N}_.-]{1,80})(?:\s[^<>]{0,500})?>([^<>]+)</gu;

/** `--password …` */
const OPTION = /(?:^|\s)--?(\p{L}[\p{L}\p{N}_-]{1,79})\s{1,4}([^\s-]\S*)/gu;

/** How much of a text is looked at: a longer one is not known to be harmless anyway. */
const MAX_LENGTH = 20_000;

/** Whether a text holds a value that is labelled as a secret. */
export function holdsLabelledCredential(text: string): boolean {
  const searched = text.slice(0, MAX_LENGTH);
  const labelled = [LABELLED, ELEMENT, OPTION].flatMap((form) => [...searched.matchAll(form)]);
  return (
    labelled.some(([, label = '', value = '']) => !isPlaceholder(value) && readName(label).kind === 'secret') ||
    isSecretSaid(searched)
  );
}
