/** What the routes say of recorded days, in the answer to `days`. Schemas only. */
import * as z from 'zod/mini';
import { described, integer, named } from '../parameters.ts';

/** Two years and some: what a yearly comparison needs. */
const MAX_DAYS = 800;

/** The parameter. @param what is added, in words */
export function days(what: string) {
  return z.optional(described(integer(1, MAX_DAYS), `${what} of so many recorded days (UTC), today included.`));
}

/** The day of a point. */
export const date = described(z.string(), 'The day, UTC.');

export const record = z.object({
  days: described(z.int(), 'As asked for; 0 where none were.'),
  recorded_days: described(z.int(), 'Days of these that have a point.'),
  first: described(z.nullable(z.string()), 'The oldest of them; before it nothing is recorded. `null`: none is.'),
  last: described(z.nullable(z.string()), 'The newest of them.'),
  reason: described(
    z.nullable(z.string()),
    'Why something of the past is not there, which then is `null`: `recording-off`: the stage records nothing; `not-recorded`: it has ' +
      'recorded nothing of this environment in these days; else why the record could not be read (`access-denied`, ' +
      '`upstream-timeout`, `unreadable` …); `changes-cut`: there were more changes than are kept; `not-comparable`: in these ' +
      'days fingerprints were made with another key, or values masked that were shown before, and whether such a value ' +
      'changed at that moment is not known. `null`: all is there.',
  ),
});

/** The answer's own word on it. */
export const pastRecord = z.optional(
  described(
    named('PastRecord', 'Which days are recorded.', record),
    'With `days`: what the history is made of. Without: only where the record could not be read.',
  ),
);

export const sizeGrowth = named(
  'SizeGrowth',
  'The trend of a size: the Theil–Sen slope over the last 30 points.',
  z.object({
    bytes_per_day: described(z.number(), 'Median slope between every two of the points; negative when it shrinks.'),
    days: described(z.int(), 'Daily points that it was made from, 7 to 30.'),
    forecast_30_days_bytes: described(z.number(), 'Size 30 days after the newest point; never below 0.'),
  }),
);

export const countGrowth = named(
  'CountGrowth',
  'The trend of a count: the Theil–Sen slope over the last 30 points.',
  z.object({
    per_day: described(z.number(), 'Median slope between every two of the points; negative when it shrinks.'),
    days: described(z.int(), 'Daily points that it was made from, 7 to 30.'),
    forecast_30_days: described(z.number(), 'Count 30 days after the newest point; never below 0.'),
  }),
);
