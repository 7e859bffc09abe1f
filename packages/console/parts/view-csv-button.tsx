/** What a view shows as a file, where the API gives its answer as no table: a history, a comparison, the whole fleet. */
import { useState } from 'preact/hooks';
import { type CsvRow, csvText } from '../words/csv-text.ts';
import { saveFile } from './save-file.ts';

export interface ViewRows {
  /** The file's name without its end: `shop-prod-constants-against-shop-acc`. */
  name: string;
  rows: readonly CsvRow[];
  /** Whether there are more than the view has asked for; left out: these are all. */
  hasMore?: boolean;
}

export function ViewCsvButton({ view: { name, rows, hasMore = false } }: { view: ViewRows }) {
  const [said, setSaid] = useState('');
  const save = () => {
    saveFile(`${name}.csv`, [csvText(rows)]);
    setSaid(hasMore ? 'Saved; the rows of this page, and there are more' : 'Saved');
  };
  return (
    <span class="csv">
      <button type="button" onClick={save}>
        CSV
      </button>
      <span role="status">{said}</span>
    </span>
  );
}
