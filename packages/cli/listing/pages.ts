/** The pages of one question, as JSON. */
import type { Answer, Api, Query } from '../api.ts';
import type { Continued } from '../commands.ts';
import { type Route, takes } from '../routes.ts';

type Row = Readonly<Record<string, unknown>>;

/** What is asked, and how much of it. */
export interface Question {
  route: Route;
  query: Query;
  /** Rows in all; `null`: every one. */
  limit: number | null;
  /** Left out: each page has rows of its own. */
  continues: Continued | undefined;
  signal: AbortSignal;
  reason: string | undefined;
}

/** An answer with its rows apart. */
export interface Page {
  answer: Answer;
  rows: readonly Row[];
}

/** For the first page, and for those after it. */
export type Apis = Readonly<Record<'api' | 'patientApi', Api>>;

/** What the API gives at most in JSON (`limit` in docs/api.md). */
const MAX_PAGE = 1_000;

/** What goes with every request of a question. */
export const requestOptions = ({ signal, reason }: Question) => ({ signal, ...(reason !== undefined && { reason }) });

/**
 * Page after page, up to `limit` rows. Where an answer is continued, one page: the whole.
 *
 * @param onPart hears of each answer of a continued one
 */
export async function* pagesOf(
  question: Question,
  { api, patientApi }: Apis,
  onPart: () => void = () => undefined,
): AsyncGenerator<Page> {
  if (question.continues !== undefined) {
    yield continued(question, patientApi, question.continues.key, onPart);
    return;
  }
  const { route, query } = question;
  const pages = takes(route, 'limit');
  let left = question.limit ?? Number.POSITIVE_INFINITY;
  let cursor = query['cursor'];
  let asker = api;
  do {
    const limit = pages ? { limit: Math.min(left, MAX_PAGE), cursor } : {};
    const answer = await asker.get(route.path, { ...query, ...limit }, requestOptions(question));
    asker = patientApi;
    const rows = rowsOf(answer, route);
    yield { answer, rows };
    left -= rows.length;
    cursor = (answer['next_cursor'] as string | null) ?? undefined;
  } while (cursor !== undefined && left > 0);
}

/** Names of lists that come in place of a route's own: summaries of many environments, and comparisons. */
const OTHER_LISTS = ['environments', 'differences'];

/** Name of the list that pages in an answer; `null` where it has none (`summary=true`). */
export function listOf(answer: Answer, { rows }: Route): string | null {
  const names = rows === null ? [] : [rows, ...OTHER_LISTS];
  return names.find((name) => Array.isArray(answer[name])) ?? null;
}

/** The rows of an answer. */
export function rowsOf(answer: Answer, route: Route): readonly Row[] {
  const name = listOf(answer, route);
  return name === null ? [] : (answer[name] as readonly Row[]);
}

/**
 * A listing that its time budget cut off goes on at its cursor, with totals that include what was before; so of each row
 * the last one counts, and of lists inside it all: each answer has the prefixes that it finished.
 */
async function continued(question: Question, api: Api, key: string | null, onPart: () => void): Promise<Page> {
  const { route, query } = question;
  const rows = new Map<unknown, Row>();
  let cursor = query['cursor'];
  for (;;) {
    const answer = await api.get(route.path, { ...query, cursor }, requestOptions(question));
    if (key !== null) for (const row of rowsOf(answer, route)) rows.set(row[key], merged(rows.get(row[key]), row));
    onPart();
    if (answer['next_cursor'] === null) return { answer, rows: [...rows.values()] };
    cursor = answer['next_cursor'] as string;
  }
}

function merged(before: Row | undefined, row: Row): Row {
  const prefixes = before?.['prefixes'];
  if (!Array.isArray(prefixes)) return row;
  return { ...row, prefixes: [...prefixes, ...((row['prefixes'] as unknown[] | null) ?? [])] };
}
