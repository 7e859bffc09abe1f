/** What docs/deploy.md says of the stack is what the worked example has. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { METRICS } from '../../lambdas/contract.ts';
import { routes } from '../../lambdas/routes.ts';
import { configFile, type Properties, templateOf } from './template.ts';

const page = readFileSync('docs/deploy.md', 'utf8');
const template = templateOf(configFile('example'));
const alarms = template.ofType('AWS::CloudWatch::Alarm').map(([, { Properties }]) => Properties);

test('each kind of alarm is in the table of what is watched', () => {
  const headings = new Set(alarms.map(({ AlarmName }) => AlarmName.split(': ')[1]));
  const table = page.slice(page.indexOf('## What is watched'), page.indexOf('## What it costs'));
  const rows = [...table.matchAll(/^\| ([A-Z][a-z ]+?) +\|/gm)].map(([, heading]) => heading);
  expect(new Set(rows)).toEqual(headings);
});

test('alarms are priced by the metrics that they look at', () => {
  const metrics = alarms.map(
    ({ Metrics = [] }) => Metrics.filter(({ MetricStat }: Properties) => MetricStat).length || 1,
  );
  const count = metrics.reduce((sum, number) => sum + number, 0);
  expect(page).toContain(`${alarms.length} alarms on ${count} metrics at 0.10`);
  expect(page).toMatch(new RegExp(`on ${count} metrics at 0.10 a metric +\\| ${(count * 0.1).toFixed(2)} `));
});

test('own metrics and those of routes are counted', () => {
  const names = Object.keys(METRICS).length - 1;
  const count = names * routes.length + 2;
  expect(page).toContain(`${names} for each of ${routes.length} routes`);
  expect(page).toMatch(new RegExp(`: ${count} at 0.30 +\\| ${(count * 0.3).toFixed(2)} `));
  const routeKeys = template.ofType('AWS::ApiGatewayV2::Route').length;
  expect(page).toContain(`${routeKeys} routes (GET and HEAD of ${routes.length})`);
});

test('the costs of an idle month add up', () => {
  const table = page.slice(page.indexOf('| each month, idle'), page.indexOf('| for each million'));
  const prices = [...table.matchAll(/\| (\d+\.\d\d) +\|$/gm)].map(([, price]) => Number(price));
  const sum = prices.reduce((total, price) => total + price, 0);
  expect(prices.length).toBeGreaterThan(6);
  expect(table).toContain(`**${sum.toFixed(2)}**`);
});
