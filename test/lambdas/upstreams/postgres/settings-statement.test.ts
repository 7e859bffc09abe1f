import { expect, test } from 'vitest';
import { settingsStatement } from '../../../../lambdas/upstreams/postgres/settings-statement.ts';

test('each value that binds a session to a request has its placeholder, and each placeholder its value', () => {
  const { text, values } = settingsStatement({ statementMs: 24_800, lockTimeoutMs: 10, workers: 2, name: 'mrt-api' });
  expect(new Set(text.match(/\$\d+/g))).toEqual(new Set(values.map((_, index) => `$${index + 1}`)));
  expect(values).toEqual(['24800ms', '10ms', '600000ms', 'mrt-api', '2']);
});
