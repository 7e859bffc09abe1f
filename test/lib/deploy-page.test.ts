/** What docs/deploy.md says of the stack is what the worked example has. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { configFile, templateOf } from './template.ts';

const page = readFileSync('docs/deploy.md', 'utf8');
const template = templateOf(configFile('example'));
const alarms = template.ofType('AWS::CloudWatch::Alarm').map(([, { Properties }]) => Properties);

test('each kind of alarm is in the table of what is watched', () => {
  const headings = new Set(alarms.map(({ AlarmName }) => AlarmName.split(': ')[1]));
  const table = page.slice(page.indexOf('## What is watched'), page.indexOf('## What it costs'));
  const rows = [...table.matchAll(/^\| ([A-Z][a-z ]+?) +\|/gm)].map(([, heading]) => heading);
  expect(new Set(rows)).toEqual(headings);
});
