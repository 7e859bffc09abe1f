import { describe, expect, test } from 'vitest';
import type { PermittedEnvironment } from '../../../../lambdas/exchange.ts';
import { problemOf } from '../../../../lambdas/faults.ts';
import { metricsText } from '../../../../lambdas/http/metrics-text.ts';
import { represent } from '../../../../lambdas/http/representation.ts';
import type { Latest, Recorded } from '../../../../lambdas/record/latest.ts';
import { familiesOf } from '../../../../lambdas/record/samples.ts';
import { SCOPES_OF_FIGURES } from '../../../../lambdas/record/scopes.ts';
import { VIEWS } from '../../../../lambdas/recorder/views.ts';
import { NotAcceptableError } from '../../../../lambdas/request-errors.ts';
import { metrics } from '../../../../lambdas/routes/metrics/metrics.ts';
import { route as metricsRoute } from '../../../../lambdas/routes/metrics/route.ts';
import { routes } from '../../../../lambdas/routes.ts';
import { RecordUnavailableError } from '../../../../lambdas/upstream-errors.ts';

const NOW = new Date('2026-11-26T10:01:00Z');
const taken_at = '2026-11-26T10:00:00Z';

function recorded(figures: Recorded['figures'], error: Recorded['error'] = null): Recorded {
  return { tried_at: taken_at, taken_at, as_of: taken_at, complete: true, summary: null, addends: [], figures, error };
}
const users = (value: number) =>
  recorded([{ figure: 'users', labels: { kind: 'named', user_type: 'internal', active: 'true' }, value }]);
const tables = (value: number | null) =>
  recorded([{ figure: 'table_total_bytes', labels: { table: 'sales$order', entity: 'Sales.Order' }, value }]);

function ask(environments: Latest['environments'], permitted: Record<string, PermittedEnvironment['scopes']>) {
  const latest = { schema_version: 1, taken_at, every_minutes: 15, environments };
  const request = Object.entries(permitted).map(([name, scopes]) => ({
    environment: { name, labels: {}, offers: Object.keys(SCOPES_OF_FIGURES) },
    scopes,
  }));
  return metrics({ environments: request }, { record: { latest: async () => ({ latest, etag: '"1"' }) } }, NOW);
}
const text = async (answer: ReturnType<typeof ask>) => metricsText((await answer).body.families, 'text/plain');

describe('/metrics', () => {
  test('shows of each environment what the scopes that the caller has there permit, and nothing else', async () => {
    const all = { a: { users: users(1), table_size: tables(10) }, b: { users: users(2), table_size: tables(20) } };
    const shown = await text(ask(all, { a: ['mrt/users.read'], b: ['mrt/table_size.read'] }));
    expect(shown).toContain('mrt_users{environment="a",kind="named",user_type="internal",active="true"} 1\n');
    expect(shown).toContain('mrt_table_total_bytes{environment="b",table="sales$order",entity="Sales.Order"} 20\n');
    expect(shown).not.toMatch(/mrt_users\{environment="b"|mrt_table_total_bytes\{environment="a"/);
    expect(shown).not.toMatch(/route="users"\} .*\n.*environment="b",route="users"/);
  });

  test('says how old figures are, and whether the source gave any the last time', async () => {
    const error = { type: '/problems/x', title: 't', status: 503, detail: 'd' };
    const all = { a: { users: { ...users(1), error } } };
    const shown = await text(ask(all, { a: ['mrt/users.read'], b: ['mrt/users.read'] }));
    expect(shown).toContain('mrt_figure_age_seconds{environment="a",route="users"} 60\n');
    expect(shown).toContain('mrt_source_up{environment="a",route="users"} 0\n');
    expect(shown).toContain('mrt_source_up{environment="b",route="users"} 0\n');
  });

  test('leaves out what is not known, and never says 0 for it', async () => {
    expect(await text(ask({ a: { table_size: tables(null) } }, { a: ['mrt/table_size.read'] }))).not.toContain(
      'mrt_table_total_bytes',
    );
  });

  test('is an error without a record, so that the scrape fails and is seen', async () => {
    const latest = () => Promise.reject(new RecordUnavailableError('missing'));
    await expect(metrics({ environments: [] }, { record: { latest } }, NOW)).rejects.toThrow('missing');
  });

  test('asks for the scopes that the routes themselves ask for, of each route that is recorded', () => {
    // An Airflow is recorded where an environment has one.
    const views = [...VIEWS, 'airflow_health'];
    for (const view of views) {
      expect([view, SCOPES_OF_FIGURES[view]]).toEqual([view, routes.find(({ name }) => name === view)?.scopes]);
    }
    expect(new Set(Object.keys(SCOPES_OF_FIGURES))).toEqual(new Set(views));
  });
});

describe('figures of a very large fleet', () => {
  const samples = Array.from({ length: 70_000 }, (_, i) => ({
    labels: { environment: `shop-sample-${i}`, table: `sales$order_${i}`, entity: `Sales.Order_${i}` },
    value: i,
  }));
  const answer = {
    body: { families: [{ name: 'mrt_table_total_bytes', help: 'h', samples }], complete: true },
    next: null,
    as_of: null,
    max_age: 0,
  };
  const form = (gzip: boolean) => ({ media_type: 'text/plain' as const, gzip, fields: null, rows: null });

  test('go out in gzip, and whoever takes none is told so: half of them would look like a fleet that is gone', () => {
    const { body, gzip } = represent(metricsRoute, answer, form(true), null);
    expect([gzip, body.length < 1_000_000]).toEqual([true, true]);
    const refused = () => represent(metricsRoute, answer, form(false), null);
    expect(refused).toThrow(NotAcceptableError);
    expect(problemOf(new NotAcceptableError(null, 'send gzip')).detail).toBe('send gzip');
  });
});

describe('the text', () => {
  const odd = [{ environment: 'a', routes: { table_size: tables(1) } }];

  test('keeps the samples of a metric together, with its type, and ends OpenMetrics with its mark', () => {
    const families = familiesOf([...odd, { environment: 'b', routes: { table_size: tables(2) } }], NOW);
    const lines = metricsText(families, 'application/openmetrics-text').trimEnd().split('\n');
    const metricOf = (line: string) => /^(?:# (?:HELP|TYPE) )?(\w+)/.exec(line)?.[1] ?? '';
    const order = lines.slice(0, -1).map(metricOf);
    expect(order.filter((name, i) => name !== order[i - 1])).toHaveLength(new Set(order).size);
    expect(lines.at(-1)).toBe('# EOF');
    expect(metricsText(families, 'text/plain')).not.toContain('# EOF');
  });

  test('escapes what would end a label', () => {
    const families = [{ name: 'mrt_x', help: 'a\nb', samples: [{ labels: { table: 'a"b\\c\nd' }, value: 1 }] }];
    expect(metricsText(families, 'text/plain')).toBe(
      '# HELP mrt_x a\\nb\n# TYPE mrt_x gauge\nmrt_x{table="a\\"b\\\\c\\nd"} 1\n',
    );
  });

  test('leaves out a figure or label whose name no metric may have', () => {
    const figures = [
      { figure: 'bad name', labels: {}, value: 1 },
      { figure: 'fine', labels: { 'bad-label': 'x' }, value: 1 },
      { figure: 'newer_figure', labels: {}, value: 1 },
    ];
    const names = familiesOf([{ environment: 'a', routes: { users: recorded(figures) } }], NOW).map(({ name }) => name);
    expect(names).toEqual(['mrt_figure_age_seconds', 'mrt_newer_figure', 'mrt_source_up']);
  });
});
