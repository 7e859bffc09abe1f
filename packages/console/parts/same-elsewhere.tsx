/** What gives the same elsewhere: the CSV, and the lines for `mrt` and `curl`. */
import { useState } from 'preact/hooks';
import { curlLine, mrtLine } from '../address/commands.ts';
import type { Question } from '../address/question.ts';
import { useApi } from '../answers/api-context.ts';
import { CsvButton } from './csv-button.tsx';
import { ViewCsvButton, type ViewRows } from './view-csv-button.tsx';

/**
 * A row of actions that stays out of the way until somebody wants it.
 *
 * @param questions what the view asks, in its order
 * @param csv the one that the API gives as a table, and so as CSV
 * @param rows what the view shows, where the API gives it as no table; `undefined`: nothing yet
 */
export function SameElsewhere({
  questions,
  csv,
  rows,
}: {
  questions: readonly Question[];
  csv?: Question | undefined;
  rows?: ViewRows | undefined;
}) {
  const { settings } = useApi();
  const lines = questions.flatMap((question) => {
    const mrt = mrtLine(question);
    return [...(mrt === null ? [] : [mrt]), curlLine(settings.api, question)];
  });
  return (
    <div class="elsewhere">
      {csv === undefined ? null : <CsvButton question={csv} />}
      {rows === undefined || rows.rows.length === 0 ? null : <ViewCsvButton view={rows} />}
      <details>
        <summary>mrt and curl</summary>
        <p>mrt asks as the profile of mrt login; $TOKEN is an access token of this stage.</p>
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
