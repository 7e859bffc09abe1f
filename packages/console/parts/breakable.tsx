/** A technical name that a narrow column breaks between its words: after a dot or a low line, before a capital letter. */
import { Fragment } from 'preact';
import { wordsOf } from '../words/name-words.ts';

/** Copied or read aloud it is the name as it was given: `<wbr>` is no character. */
export function Breakable({ name }: { name: string }) {
  return (
    <>
      {wordsOf(name).map((word, index) => (
        <Fragment key={index}>
          {index === 0 ? null : <wbr />}
          {word}
        </Fragment>
      ))}
    </>
  );
}
