/**
 * GET /table_size with `days`: the recorded sizes of the database and of the tables of the answer, beside what they are
 * now.
 */
import type { Answer } from '../../exchange.ts';
import { type Growth, growthOf } from '../../growth.ts';
import { tableSubject } from '../../record/figure.ts';
import type { HistoryRow } from '../../record/history.ts';
import type { OpenRecord } from '../../record/opened.ts';
import { dailyValues, type Past, readPast, valueOn } from '../../record/past.ts';
import type { AnswerOf } from '../../route.ts';
import type { Position } from './ranking.ts';
import type { route } from './route.ts';
import { pickFields } from './row.ts';
import { type TableSizeRequest, tableSizes, type Upstreams } from './table-sizes.ts';

type Body = AnswerOf<typeof route>;
type Row = { schema?: string | undefined; table?: string | undefined };

/** A table on one day. */
interface TableDay {
  date: string;
  total_bytes: number;
  exact: boolean;
}

/** Some 60 bytes each: Lambda lets 6 MB through, so pages with a long past have fewer rows. */
const MAX_POINTS = 60_000;

/**
 * Recorded days without a table that end its series: of a table that is there again, the older days may be another
 * table's. A single day may be a row that a page missed, since sizes change while all tables are read.
 */
const MAX_ABSENT_DAYS = 1;

/**
 * Answers a request, with the past where it asks for one.
 *
 * @throws as {@link tableSizes}
 */
export async function tableSizesOverTime(
  request: TableSizeRequest,
  upstreams: Upstreams & { record: OpenRecord },
  now = new Date(),
): Promise<Answer<Body, Position>> {
  const { days, fields } = request.parameters;
  if (days === undefined) return tableSizes(request, upstreams);
  const limit = Math.min(request.limit, Math.floor(MAX_POINTS / days));
  // A row's past is found by its schema and table, shown or not.
  const named = fields === undefined ? {} : { fields: [...new Set([...fields, 'schema', 'table'] as const)] };
  const answer = await tableSizes({ ...request, limit, parameters: { ...request.parameters, ...named } }, upstreams);
  const { body } = answer;
  const rows = body.tables ?? body.summary?.largest ?? [];
  const subjects = new Set(rows.map(subjectOfRow));
  const environment = request.environment.name;
  const isAsked = ({ figure, subject }: HistoryRow) =>
    figure.startsWith('database_') || (figure === 'table_total_bytes' && subjects.has(subject));
  const past = await readPast(upstreams.record, { route: 'table_size', environment, days, isAsked }, now);
  const series = seriesOf(past.days);
  const withPast = <R extends Row>(row: R) => {
    const history = series.get(subjectOfRow(row)) ?? null;
    return { history, growth: history === null ? null : growthOf(dailyValues(history, (day) => day.total_bytes)) };
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

/**
 * The days of each table that is still recorded, oldest first, back to where its series began.
 *
 * Recorded on the 1st, 2nd, 5th and 6th, with `sales$order` on the 1st and the 6th: it was away for two recorded days, so
 * its series is the 6th alone.
 */
function seriesOf(days: Past['days']): Map<string, TableDay[]> {
  const series = new Map<string, { points: TableDay[]; last: number }>();
  for (const [index, [date, rows]] of [...(days ?? [])].entries()) {
    for (const { figure, subject, value, exact } of rows) {
      if (figure !== 'table_total_bytes' || value === null) continue;
      const before = series.get(subject);
      const goesOn = before !== undefined && index - before.last - 1 <= MAX_ABSENT_DAYS;
      const points = goesOn ? before.points : [];
      points.push({ date, total_bytes: value, exact });
      series.set(subject, { points, last: index });
    }
  }
  const newest = (days?.size ?? 0) - 1;
  const alive = [...series].filter(([, { last }]) => newest - last <= MAX_ABSENT_DAYS);
  return new Map(alive.map(([subject, { points }]) => [subject, points]));
}
