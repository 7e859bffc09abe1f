/** A million users out of another account, by the whole system. Some minutes: the database is filled first. */
import { expect, test } from 'vitest';
import { exportThroughAgent } from '../../bench/agents-export.ts';
import { USERS } from '../../bench/users-database.ts';

/** What a garbage collector may leave lying about, beside what is held. */
const MAX_GROWTH = 1.25;

test('a million users come through an agent, each once, and neither end grows with them', {
  timeout: 900_000,
}, async () => {
  const seen = await exportThroughAgent();
  const tenths = (bytes: readonly number[]) =>
    bytes.filter((_, page) => page % 10 === 9).map((size) => Math.round(size / 1e6));
  const { agent_rss, function_rss, ...rest } = seen;
  const series = { agent_megabytes: tenths(agent_rss), function_megabytes: tenths(function_rss) };
  process.stdout.write(`${JSON.stringify({ ...rest, ...series })}\n`);
  expect({ rows: seen.rows, repeated: seen.repeated }).toEqual({ rows: USERS, repeated: 0 });
  // An answer of Lambda is 6 MB at most (AWS Lambda quotas), and a part of an agent's at most one message.
  expect(seen.largest).toBeLessThan(6_000_000);
  expect(seen.most_parts).toBeGreaterThan(1);
  for (const bytes of [seen.agent_rss, seen.function_rss]) {
    const half = Math.ceil(bytes.length / 2);
    expect(Math.min(...bytes)).toBeGreaterThan(0);
    expect(Math.max(...bytes.slice(half)) / Math.max(...bytes.slice(0, half))).toBeLessThan(MAX_GROWTH);
  }
});
