/**
 * GET /table_size with `days`: the recorded sizes of the database and of the tables of the answer, beside what they are
 * now.
 */

import type { Answer } from '../../exchange.ts';
import { tableSubject } from '../../record/figure.ts';
import { type Growth, growthOf } from '../../record/growth.ts';
import type { OpenRecord } from '../../record/opened.ts';
import { dailyValues, type Past, readPast, valueOn } from '../../record/past.ts';
import { InvalidParameterError } from '../../request-errors.ts';
import type { AnswerOf } from '../../route.ts';
import type { Position } from './ranking.ts';
import type { route } from './route.ts';
import { pickFields } from './row.ts';
import { TableSeries } from './table-series.ts';
import { type TableSizeRequest, tableSizes, type Upstreams } from './table-sizes.ts';

type Body = AnswerOf<typeof route>;
type Row = { schema?: string | undefined; table?: string | undefined };

/** The answer without a past; `growths` orders it, by the tables' subjects. */
export type Present = (
  request: TableSizeRequest,
  growths: ReadonlyMap<string, number> | null,
) => Promise<Answer<Body, Position>>;

/** Some 60 bytes each: Lambda lets 6 MB through, so pages with a long past have fewer rows. */
const MAX_POINTS = 60_000;

/**
 * Answers a request, with the past where it asks for one.
 *
 * @param present answers without a past; default: this function's own upstreams do
 * @throws as {@link tableSizes}; InvalidParameterError for `growth` without days
 */
export async function tableSizesOverTime(
  request: TableSizeRequest,
  upstreams: Upstreams & { record: OpenRecord },
  now = new Date(),
  present: Present = (asked, growths) => tableSizes(asked, upstreams, growths),
): Promise<Answer<Body, Position>> {
  const { days, fields, order_by } = request.parameters;
  if (days === undefined) {
    if (order_by !== 'growth') return present(request, null);
    throw new InvalidParameterError([{ parameter: 'order_by', message: 'can be growth with days only' }]);
  }
  const limit = Math.min(request.limit, Math.floor(MAX_POINTS / days));
  // A row's past is found by its schema and table, shown or not.
  const named = fields === undefined ? {} : { fields: [...new Set([...fields, 'schema', 'table'] as const)] };
  const asked = { ...request, limit, parameters: { ...request.parameters, ...named } };
  const { answer, past, series } =
    order_by === 'growth'
      ? await orderedByPast(asked, days, upstreams.record, now, present)
      : await withItsPast(asked, days, upstreams.record, now, present);
  const { body } = answer;
  const withPast = <R extends Row>(row: R) => {
    const subject = subjectOfRow(row);
    return { history: series.of(subject), growth: series.growthOf(subject) };
  };
  return {
    ...answer,
    body: {
      ...body,
      ...(body.tables && {
        tables: body.tables.map((row) => ({ ...pickFields(row, fields), ...withPast(row) })),
      }),
      ...(body.summary && {
        summary: { ...body.summary, largest: body.summary.largest.map((row) => ({ ...row, ...withPast(row) })) },
      }),
      ...databasePast(past.days),
      record: past.record,
      complete: body.complete && past.record.reason === null,
    },
    faults: [...(answer.faults ?? []), ...past.faults],
  };
}

/** An answer and what of the past belongs to it. */
interface WithPast {
  answer: Answer<Body, Position>;
  past: Past;
  series: TableSeries;
}

/** The page as the database orders it, and then the past of its tables alone. */
async function withItsPast(
  request: TableSizeRequest,
  days: number,
  record: OpenRecord,
  now: Date,
  present: Present,
): Promise<WithPast> {
  const answer = await present(request, null);
  const rows = answer.body.tables ?? answer.body.summary?.largest ?? [];
  const subjects = new Set(rows.map(subjectOfRow));
  const read = await readTables(request, days, record, now, (subject) => subjects.has(subject));
  return { answer, ...read };
}

/** The past of all tables, and then the page as that orders them. */
async function orderedByPast(
  request: TableSizeRequest,
  days: number,
  record: OpenRecord,
  now: Date,
  present: Present,
): Promise<WithPast> {
  const read = await readTables(request, days, record, now, () => true);
  const { past, series } = read;
  const growths = new Map<string, number>();
  for (const subject of series.subjects()) {
    const growth = series.growthOf(subject);
    if (growth !== null) growths.set(subject, growth.bytes_per_day);
  }
  return { answer: await present(request, past.record.reason === null ? growths : null), ...read };
}

async function readTables(
  { environment }: TableSizeRequest,
  days: number,
  record: OpenRecord,
  now: Date,
  isTableAsked: (subject: string) => boolean,
): Promise<Omit<WithPast, 'answer'>> {
  const series = new TableSeries();
  const past = await readPast(
    record,
    {
      route: 'table_size',
      environment,
      days,
      isAsked: ({ figure, subject }) =>
        figure.startsWith('database_') || (figure === 'table_total_bytes' && isTableAsked(subject)),
      takesAside(point) {
        if (point.figure !== 'table_total_bytes') return false;
        series.add(point);
        return true;
      },
    },
    now,
  );
  series.recordedOn([...(past.days?.keys() ?? [])]);
  return { past, series };
}

function subjectOfRow({ schema, table = '' }: Row): string {
  return tableSubject(schema, table);
}

/** The database as a whole. */
function databasePast(days: Past['days']): { history: Body['history']; growth: Growth | null } {
  if (days === null) return { history: null, growth: null };
  const history = [...days].map(([date, rows]) => ({
    date,
    size_bytes: valueOn(rows, 'database_size_bytes', ''),
    free_bytes: valueOn(rows, 'database_free_bytes', ''),
  }));
  return { history, growth: growthOf(dailyValues(history, (day) => day.size_bytes)) };
}
