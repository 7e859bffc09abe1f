/** A technical name that a narrow column breaks between its words: after a dot or a low line, before a capital letter. */
import { wordsOf } from '../words/name-words.ts';

/** Copied or read aloud it is the name as it was given: `<wbr>` is no character. A page has a thousand: no part of its own. */
export function Breakable({ name }: { name: string }) {
  return wordsOf(name).flatMap((word, index) => (index === 0 ? [word] : [<wbr key={index} />, word]));
}
