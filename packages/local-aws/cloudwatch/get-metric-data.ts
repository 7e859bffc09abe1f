/** GetMetricData. Source: CloudWatch API reference. */
import * as z from 'zod';
import { CloudWatchError } from './error.ts';
import { aggregate, DAY_MS, type Metric, type Point, STATISTIC_NAMES } from './metric.ts';
import { readSearch } from './search.ts';

/** Unknown members pass, as they do at AWS. Times are seconds since the epoch. */
const Input = z.object({
  MetricDataQueries: z
    .array(
      z.object({
        Id: z.string().regex(/^[a-z]\w*$/),
        Label: z.string().optional(),
        ReturnData: z.boolean().default(true),
        Expression: z.string().optional(),
        Period: z.int().positive().optional(),
        MetricStat: z
          .object({
            Metric: z.object({
              Namespace: z.string(),
              MetricName: z.string(),
              Dimensions: z.array(z.object({ Name: z.string(), Value: z.string() })).default([]),
            }),
            Period: z.int().positive(),
            Stat: z.enum(STATISTIC_NAMES),
            Unit: z.string().optional(),
          })
          .optional(),
      }),
    )
    .max(500),
  StartTime: z.number(),
  EndTime: z.number(),
  NextToken: z.string().optional(),
  ScanBy: z.enum(['TimestampAscending', 'TimestampDescending']).default('TimestampDescending'),
  MaxDatapoints: z.int().positive().max(100_800).default(100_800),
});

type Query = z.infer<typeof Input>['MetricDataQueries'][number];

interface Series {
  id: string;
  label: string;
  points: Point[];
}

interface Result {
  Id: string;
  Label: string;
  Timestamps: number[];
  Values: number[];
  StatusCode: 'Complete' | 'PartialData' | 'InternalError';
}

/**
 * @param failing each result lacks half of its values and says `InternalError`, as on a bad day
 * @throws CloudWatchError `ValidationException`, `InvalidNextToken`
 */
export function getMetricData(input: unknown, metrics: readonly Metric[], failing: boolean) {
  const request = Input.safeParse(input);
  if (!request.success) throw new CloudWatchError('ValidationException', z.prettifyError(request.error));
  const { MetricDataQueries: queries, StartTime, EndTime, NextToken, ScanBy, MaxDatapoints } = request.data;
  if (StartTime >= EndTime) {
    throw new CloudWatchError(
      'ValidationException',
      'The parameter StartTime must be less than the parameter EndTime.',
    );
  }
  if (new Set(queries.map(({ Id }) => Id)).size < queries.length) {
    throw new CloudWatchError(
      'ValidationException',
      'The values for parameter id in MetricDataQueries are not unique.',
    );
  }
  const [from, to] = [StartTime * 1000, EndTime * 1000];
  const series = queries.filter(({ ReturnData }) => ReturnData).flatMap((query) => answersOf(query, metrics, from, to));
  if (ScanBy === 'TimestampDescending') for (const { points } of series) points.reverse();

  const results: Result[] = [];
  let [index, offset] = NextToken === undefined ? [0, 0] : readToken(NextToken);
  let room = MaxDatapoints;
  for (; index < series.length; index++) {
    const { id, label, points } = series[index] ?? { id: '', label: '', points: [] };
    const taken = points.slice(offset, offset + room);
    const whole = offset + taken.length >= points.length;
    const shown = failing ? taken.slice(0, Math.floor(taken.length / 2)) : taken;
    results.push({
      Id: id,
      Label: label,
      Timestamps: shown.map(({ at }) => at / 1000),
      Values: shown.map(({ value }) => value),
      StatusCode: failing ? 'InternalError' : whole ? 'Complete' : 'PartialData',
    });
    room -= taken.length;
    if (!whole) {
      offset += taken.length;
      break;
    }
    offset = 0;
    if (room === 0 && index + 1 < series.length) {
      index += 1;
      break;
    }
  }
  const token = index < series.length ? { NextToken: writeToken(index, offset) } : {};
  return { MetricDataResults: results, Messages: [], ...token };
}

function answersOf(query: Query, metrics: readonly Metric[], from: number, to: number): Series[] {
  const { Id: id, Expression, MetricStat } = query;
  if ((Expression === undefined) === (MetricStat === undefined)) {
    throw new CloudWatchError('ValidationException', 'A query needs either MetricStat or Expression.');
  }
  if (Expression !== undefined) {
    const search = readSearch(Expression);
    const period = query.Period ?? search.period;
    if (!STATISTIC_NAMES.includes(search.statistic)) {
      throw new CloudWatchError('ValidationException', `Error in expression '${id}': unknown statistic`);
    }
    // Nothing older than two weeks without data is found by a search.
    return metrics
      .filter((metric) => search.matches(metric) && isRecent(metric, 14 * DAY_MS))
      .map((metric) => ({
        id,
        label: query.Label ?? Object.values(metric.dimensions).join(' '),
        points: aggregate(metric.points(from, to), period, search.statistic),
      }));
  }
  if (MetricStat === undefined) return [];
  const { Metric: wanted, Period, Stat, Unit } = MetricStat;
  const found = metrics.find(
    (metric) =>
      metric.namespace === wanted.Namespace &&
      metric.name === wanted.MetricName &&
      Object.keys(metric.dimensions).length === wanted.Dimensions.length &&
      wanted.Dimensions.every(({ Name, Value }) => metric.dimensions[Name] === Value),
  );
  // A metric that nobody publishes is not an error: it has no points. Neither has one in another unit.
  const points = found === undefined || (Unit ?? found.unit) !== found.unit ? [] : found.points(from, to);
  return [{ id, label: query.Label ?? wanted.MetricName, points: aggregate(points, Period, Stat) }];
}

/** Whether a metric has a point in the last `age` milliseconds. */
export function isRecent(metric: Metric, age: number): boolean {
  return metric.points(Date.now() - age, Date.now()).length > 0;
}

function writeToken(index: number, offset: number): string {
  return Buffer.from(`${index}:${offset}`).toString('base64url');
}

function readToken(token: string): [number, number] {
  const form = /^(\d+):(\d+)$/.exec(Buffer.from(token, 'base64url').toString());
  if (form === null) throw new CloudWatchError('InvalidNextToken', 'The next token specified is invalid.');
  return [Number(form[1]), Number(form[2])];
}
