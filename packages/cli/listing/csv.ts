/** All rows as CSV, page by page, to standard output or into a file that a later run can go on with. */
import type { CsvPage } from '@mrt/client';
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
  const { route, query, limit } = question;
  let state: CsvState = from ?? { cursor: (query['cursor'] as string | undefined) ?? null, rows: 0, complete: true };
  let first = from === undefined;
  while (first || state.cursor !== null) {
    const left = (limit ?? Number.POSITIVE_INFINITY) - state.rows;
    if (left <= 0) break;
    const asked = { ...query, limit: Math.min(left, MAX_PAGE), cursor: state.cursor ?? undefined };
    const page: CsvPage = await (first ? api : patientApi).csv(route.path, asked, {
      ...requestOptions(question),
      header: first,
    });
    const rows = recordsIn(page.text) - (first ? 1 : 0);
    state = { cursor: page.nextCursor, rows: state.rows + rows, complete: state.complete && page.complete };
    await take(page.text, state);
    progress.add(rows);
    first = false;
  }
  return state;
}

/** Records of a CSV text (RFC 4180): its line ends, those inside quotes left out. `a,"x\r\ny"\r\n` has one. */
export function recordsIn(text: string): number {
  let count = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 34) quoted = !quoted;
    else if (code === 10 && !quoted) count += 1;
  }
  return count;
}
