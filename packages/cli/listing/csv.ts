/** All rows as CSV, page by page, to standard output or into a file that a later run can go on with. */
import type { CsvPage } from '@mrt/client';
import type { Api } from '../api.ts';
import type { Progress } from '../terminal/progress.ts';
import { type Apis, type Question, requestOptions } from './pages.ts';

/** Where a table has got to. */
export interface CsvState {
  /** Where the next page begins; `null`: there is none. */
  cursor: string | null;
  rows: number;
  /** False as soon as one page was not. */
  complete: boolean;
}

/** Takes a page; what it has taken must survive before the next one is asked. */
export type TakePage = (text: string, state: CsvState) => Promise<void>;

/** What the API gives at most in CSV (`limit` in docs/api.md). */
const MAX_PAGE = 10_000;

/**
 * @param from where an earlier run got to; `undefined`: from the start
 * @throws whatever the client or `take` throws
 */
export async function csvPages(
  question: Question,
  { api, patientApi }: Apis,
  from: CsvState | undefined,
  take: TakePage,
  progress: Progress,
): Promise<CsvState> {
  const { query, limit } = question;
  let state: CsvState = from ?? { cursor: (query['cursor'] as string | undefined) ?? null, rows: 0, complete: true };
  const left = () => (limit ?? Number.POSITIVE_INFINITY) - state.rows;
  let header = from === undefined;
  // An earlier run may have had all rows, and only not been let to give the file its name.
  let next =
    header || (state.cursor !== null && left() > 0)
      ? pageAt(question, header ? api : patientApi, state, left(), header)
      : null;
  while (next !== null) {
    const page: CsvPage = await next;
    const rows = recordsIn(page.text) - (header ? 1 : 0);
    state = { cursor: page.nextCursor, rows: state.rows + rows, complete: state.complete && page.complete };
    header = false;
    // The next page is on its way while this one is written.
    next = state.cursor !== null && left() > 0 ? pageAt(question, patientApi, state, left(), false) : null;
    next?.catch(() => undefined);
    await take(page.text, state);
    progress.add(rows);
  }
  return state;
}

function pageAt(question: Question, api: Api, at: CsvState, left: number, header: boolean): Promise<CsvPage> {
  const { route, query } = question;
  const asked = { ...query, limit: Math.min(left, MAX_PAGE), cursor: at.cursor ?? undefined };
  return api.csv(route.path, asked, { ...requestOptions(question), header });
}

/**
 * Records of a CSV text (RFC 4180): its line ends, those inside quotes left out. `a,"x\r\ny"\r\n` has one. From mark to
 * mark, as a look at each of the two million characters of a page would take longer than the page's own way here.
 */
export function recordsIn(text: string): number {
  let count = 0;
  let at = 0;
  for (;;) {
    const open = text.indexOf('"', at);
    const end = open === -1 ? text.length : open;
    for (let line = text.indexOf('\n', at); line !== -1 && line < end; line = text.indexOf('\n', line + 1)) count += 1;
    const close = open === -1 ? -1 : text.indexOf('"', open + 1);
    if (close === -1) return count;
    at = close + 1;
  }
}
