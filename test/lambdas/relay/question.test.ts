/** What an agent is asked: the caller's parameters, but for days that only the record of this stage has. */
import { expect, test } from 'vitest';
import { queryOf } from '../../../lambdas/relay/question.ts';
import { route as bucketSize } from '../../../lambdas/routes/bucket_size/route.ts';
import { route as tableSize } from '../../../lambdas/routes/table_size/route.ts';

test('days of CloudWatch’s metrics are the agent’s to tell', () => {
  expect(queryOf(bucketSize, { days: 90, environment: 'depot-prod' })).toBe('days=90');
});

test('days of the record are not', () => {
  expect(queryOf(tableSize, { days: 90, summary: true, limit: 5 })).toBe('summary=true');
});
