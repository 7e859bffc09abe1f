/** What gives the same elsewhere: the CSV, and the lines for `mrt` and `curl`. */
import { useState } from 'preact/hooks';
import { curlLine, mrtLine } from '../address/commands.ts';
import type { Question } from '../address/question.ts';
import { useApi } from '../answers/api-context.ts';
import { CsvButton } from './csv-button.tsx';

/**
 * A row of actions that stays out of the way until somebody wants it.
 *
 * @param questions what the view asks, in its order
 * @param csv the one that has rows, and so a CSV
 */
export function SameElsewhere({ questions, csv }: { questions: readonly Question[]; csv?: Question | undefined }) {
  const { settings } = useApi();
  const lines = questions.flatMap((question) => {
    const mrt = mrtLine(question);
    return [...(mrt === null ? [] : [mrt]), curlLine(settings.api, question)];
  });
  return (
    <div class="elsewhere">
      {csv === undefined ? null : <CsvButton question={csv} />}
      <details>
        <summary>mrt and curl</summary>
        <div class="lines">
          {lines.map((line) => (
            <Line key={line} text={line} />
          ))}
        </div>
      </details>
    </div>
  );
}

/** A line with a button that takes it to the clipboard. */
function Line({ text }: { text: string }) {
  const [said, setSaid] = useState('');
  const copy = () => {
    navigator.clipboard.writeText(text).then(
      () => setSaid('copied'),
      () => setSaid('select it and copy'),
    );
  };
  return (
    <div class="line">
      <code tabindex={0}>{text}</code>
      <button type="button" onClick={copy} aria-label={`Copy: ${text}`}>
        Copy
      </button>
      <span role="status">{said}</span>
    </div>
  );
}
