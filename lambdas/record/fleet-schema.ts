/** The answer about several environments, as the documents and the tests know it. Schemas only. */
import * as z from 'zod/mini';
import { described } from '../parameters.ts';
import type { FleetPart } from '../route.ts';

const problem = z.looseObject({
  type: described(z.string(), 'The problem, as in an answer that fails: `/problems/database-unavailable` …'),
  title: described(z.string(), 'The same in words.'),
  status: described(z.int(), 'The status that an answer about this environment alone might have had.'),
  detail: described(z.string(), 'What happened and what to do.'),
});

const distinct = z.object({
  identities: described(
    z.nullable(z.number()),
    'Licence identities, each once however many of these environments it is in. `null`: not counted in all of them.',
  ),
  internal_here_external_there: described(
    z.nullable(z.number()),
    'Of them, those who are internal in one of these environments and external in another.',
  ),
  as_of: described(z.nullable(z.string()), 'When they were counted: once a day. No identity is kept.'),
  not_counted: described(z.array(z.string()), 'Environments whose users are not in the count.'),
});

const record = z.object({
  taken_at: described(z.nullable(z.string()), 'When the newest run of the recorder was. `null`: it cannot be read.'),
  age_s: described(z.nullable(z.number()), 'Its age in whole minutes, once it is older than two runs; else `null`.'),
  reason: described(
    z.nullable(z.string()),
    '`old`; or why it cannot be read: `missing`, `unreadable`, `newer-schema`, `access-denied` … `null`: all is well.',
  ),
});

/** With several environments: a summary for each, and what they add up to. */
export function fleetAnswer({ summary, total, distinct: counts }: FleetPart) {
  return z.object({
    environments: described(
      z.array(
        z.object({
          environment: described(z.string(), 'Its name.'),
          as_of: described(z.nullable(z.string()), 'The time that the summary is true for. `null`: not known.'),
          recorded_at: described(z.nullable(z.string()), 'When it was recorded. `null`: never.'),
          stale: described(
            z.boolean(),
            'True when the figures are older than the last two recordings should be, or `error` says why there are no newer ones.',
          ),
          summary: described(z.nullable(summary), 'The newest recorded figures. `null`: there are none.'),
          error: described(z.nullable(problem), 'Why the last recording gave nothing. `null`: it did.'),
        }),
      ),
      'By name; only those that you may read.',
    ),
    total: described(
      total,
      'Of all environments that were asked for, those of other pages too. What they share is once.',
    ),
    ...(counts ? { distinct: described(distinct, 'How many different people they have.') } : {}),
    record: described(record, 'The record that all of it is from.'),
  });
}
