/** All rows of a view as a file, page after page, with the person's own token. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Question } from '../address/question.ts';
import { useApi } from '../answers/api-context.ts';
import { failureOf } from '../answers/failure.ts';
import { plural } from '../words/numbers.ts';
import { saveFile } from './save-file.ts';

/** As many as the API gives in one page of CSV. */
const ROWS_A_PAGE = 10_000;
/** Characters of a file that is put together in memory; more than that is for `mrt --csv --output`. */
const MAX_CHARACTERS = 200_000_000;

export function CsvButton({ question }: { question: Question }) {
  const { client } = useApi();
  const [said, setSaid] = useState('');
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);

  const save = async () => {
    const abort = new AbortController();
    running.current = abort;
    setSaid('Asking …');
    try {
      const pages = client.csvPages as (
        path: string,
        query: object,
        options: object,
      ) => ReturnType<typeof client.csvPages>;
      const { cursor: _, limit: __, ...query } = question.query;
      const texts: string[] = [];
      let size = 0;
      let complete = true;
      for await (const page of pages.call(
        client,
        question.path,
        { ...query, limit: ROWS_A_PAGE },
        { signal: abort.signal },
      )) {
        texts.push(page.text);
        size += page.text.length;
        complete &&= page.complete;
        setSaid(`${plural(texts.length, 'page')} so far …`);
        if (size > MAX_CHARACTERS)
          throw new Error('This is more than a browser should hold: use mrt with --csv --output.');
      }
      saveFile(nameOf(question), texts);
      setSaid(complete ? 'Saved' : 'Saved; something is missing in it, as on this page');
    } catch (error) {
      setSaid(abort.signal.aborted ? '' : `${failureOf(error, question).title}. ${failureOf(error, question).detail}`);
    } finally {
      running.current = null;
    }
  };

  return (
    <span class="csv">
      <button type="button" onClick={() => (running.current === null ? void save() : running.current.abort())}>
        {running.current === null ? 'CSV' : 'Stop'}
      </button>
      <span role="status">{said}</span>
    </span>
  );
}

/** `shop-prod-table_size.csv`. */
function nameOf({ path, query }: Question): string {
  const environment = query['environment'] === '*' ? 'fleet' : query['environment'];
  return `${String(environment)}${path.replace('/', '-')}.csv`;
}
