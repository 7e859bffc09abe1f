/**
 * Alarms are worth something when few people ask: each is evaluated as CloudWatch does (CloudWatch guide, "Alarm evaluation":
 * M out of N periods, missing data by its rule; "Using metric math": IF), over requests that are laid out in time.
 */
import { describe, expect, test } from 'vitest';
import { METRICS } from '../../lambdas/contract.ts';
import { configFile, type Properties, templateOf } from './template.ts';

const alarms = templateOf(configFile('example'))
  .ofType('AWS::CloudWatch::Alarm')
  .map(([, { Properties }]) => Properties);

/** One answer of `GET /users`. */
interface Sample {
  minute: number;
  failed?: boolean;
  ms?: number;
  /** Parts that are missing in it, and whether a database was. */
  own?: Partial<Record<keyof typeof METRICS, number>>;
}

/** Names of the alarms that go off within a day of such requests, without the stage. */
function goingOff(samples: readonly Sample[]): string[] {
  return alarms.filter((alarm) => isOff(alarm, samples)).map(({ AlarmName }) => AlarmName.replace('mrt-prod: ', ''));
}

function isOff(alarm: Properties, samples: readonly Sample[]): boolean {
  // The publisher is another matter: it asks nobody.
  if (alarm['TreatMissingData'] === 'breaching') return false;
  const seconds = alarm['Period'] ?? alarm['Metrics'].find((part: Properties) => part['MetricStat']).MetricStat.Period;
  const periods = alarm['EvaluationPeriods'];
  const points = Array.from({ length: 86_400 / seconds }, (_, index) =>
    pointOf(
      alarm,
      samples.filter(({ minute }) => Math.floor((minute * 60) / seconds) === index),
    ),
  );
  return points.some((_, end) => {
    const above = points.slice(Math.max(0, end + 1 - periods), end + 1).filter((value) => value > alarm['Threshold']);
    return above.length >= (alarm['DatapointsToAlarm'] ?? periods);
  });
}

/** The value of a period; NaN, which is above nothing, where there is no data. */
function pointOf(alarm: Properties, samples: readonly Sample[]): number {
  if (alarm['Metrics'] === undefined) return statistic(alarm, alarm['Statistic'], samples);
  const values = Object.fromEntries(
    alarm['Metrics'].flatMap(({ Id, MetricStat }: Properties) =>
      MetricStat ? [[Id, statistic(MetricStat.Metric, MetricStat.Stat, samples)]] : [],
    ),
  );
  if (Object.values(values).some(Number.isNaN)) return Number.NaN;
  const [{ Expression, Id }] = alarm['Metrics'];
  // A metric with a label of its own stands in the list too.
  if (Expression === undefined) return values[Id] as number;
  const [, left = '', least, then = '', otherwise] = /^IF\((\w+) >= (\d+), (.+), (\d+)\)$/.exec(Expression) ?? [];
  if ((values[left] ?? 0) < Number(least)) return Number(otherwise);
  if (then in values) return values[then] as number;
  const [, over = '', under = ''] = /^100 \* (\w+) \/ (\w+)$/.exec(then) ?? [];
  return (100 * (values[over] as number)) / (values[under] as number);
}

function statistic({ MetricName, Dimensions = [] }: Properties, name: string, samples: readonly Sample[]): number {
  const isOther = Dimensions.some(
    ({ Name, Value }: Properties) =>
      (Name === 'route' && Value !== 'users') || (Name === 'Resource' && Value !== '/users') || Name === 'FunctionName',
  );
  if (isOther || samples.length === 0) return Number.NaN;
  const values = samples.map((sample) => {
    if (MetricName === 'Count') return 1;
    if (MetricName === '5xx') return sample.failed ? 1 : 0;
    if (MetricName === 'Latency') return sample.ms ?? 100;
    const own = Object.entries(METRICS).find(([, written]) => written === MetricName)?.[0];
    return sample.own?.[own as keyof typeof METRICS] ?? 0;
  });
  if (name === 'Sum') return values.reduce((sum, value) => sum + value, 0);
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.ceil((Number(name.slice(1)) / 100) * sorted.length) - 1] ?? Number.NaN;
}

/** Requests at these minutes, each like `sample`. */
const every = (minutes: number, count: number, sample: Omit<Sample, 'minute'> = {}): Sample[] =>
  Array.from({ length: count }, (_, index) => ({ minute: index * minutes, ...sample }));

describe('an operator hears of', () => {
  test('an API that fails for its only caller, who asks each quarter of an hour', () => {
    expect(goingOff(every(15, 8, { failed: true }))).toEqual(['Server errors: quiet hours']);
  });

  test('an API that fails for one in ten of many callers', () => {
    const busy = [...every(0.1, 1800), ...every(1, 180, { failed: true })];
    expect(goingOff(busy)).toEqual(expect.arrayContaining(['Server errors']));
  });

  test('answers that take long for few', () => {
    expect(goingOff(every(15, 8, { ms: 12_000 }))).toEqual(['Slow answers: users in quiet hours']);
  });

  test('a database that is away while somebody asks now and then', () => {
    const away = { failed: true, own: { databaseUnavailable: 1 } };
    expect(goingOff(every(15, 8, away))).toContain('Database unavailable: users');
  });

  test('parts that are missing in the few answers that there are', () => {
    expect(goingOff(every(15, 8, { own: { partFaults: 1 } }))).toEqual(['Parts of answers fail: users']);
  });
});

describe('an operator is left alone', () => {
  test('by nobody asking', () => {
    expect(goingOff([])).toEqual([]);
  });

  test.each<[string, Omit<Sample, 'minute'>]>([
    ['failed', { failed: true, own: { databaseUnavailable: 1 } }],
    ['slow', { ms: 20_000 }],
    ['incomplete', { own: { partFaults: 1 } }],
  ])('by one %s answer among few or many', (_, sample) => {
    expect(goingOff([{ minute: 7, ...sample }])).toEqual([]);
    expect(goingOff([...every(15, 8), { minute: 7, ...sample }])).toEqual([]);
    expect(goingOff([...every(0.2, 900), { minute: 7, ...sample }])).toEqual([]);
  });
});
