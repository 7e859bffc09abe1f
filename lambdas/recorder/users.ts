/** The totals of an environment's users, as `GET /users` answers whoever may see masked rows. */
import { type Figure, figureOf } from '../record/figure.ts';
import { users } from '../routes/users/answer.ts';
import type { Summary, Upstreams, UsersRequest } from '../routes/users/request.ts';
import { asking, type Recording, requestOf, type Turn } from './recording.ts';

/** Totals only: no row of a user is read. */
export async function recordUsers(turn: Turn, upstreams: Upstreams): Promise<Recording> {
  const ask = asking(turn, 'users', (request: UsersRequest) => users(request, upstreams));
  const { body, as_of, faults } = await ask(requestOf(turn, { summary: true }, 1));
  const { summary, missing } = body;
  if (summary === undefined) throw new Error('a summary was asked for');
  return {
    as_of,
    complete: body.complete,
    summary: { ...summary, missing },
    addends: [
      {
        once: turn.environment.name,
        within: null,
        figures: {
          users: summary.by.reduce((sum, group) => sum + group.users, 0),
          internal: summary.licence?.internal ?? null,
          internal_unmarked: summary.licence?.internal_unmarked ?? null,
          external: summary.licence?.external ?? null,
        },
      },
    ],
    figures: figuresOf(summary),
    source: body.source,
    faults: faults ?? [],
  };
}

function figuresOf({ by, last_login, licence }: Summary): Figure[] {
  const groups = new Map<string, Figure>();
  // Blocked or not is no label: it would double the series for what alarms seldom ask.
  for (const { kind, user_type, active, users: count } of by) {
    const labels = { kind, user_type: user_type ?? 'unknown', active: String(active ?? 'unknown') };
    const key = JSON.stringify(labels);
    groups.set(key, figureOf('users', labels, (groups.get(key)?.value ?? 0) + count));
  }
  return [
    ...groups.values(),
    ...Object.entries(last_login ?? {}).map(([span, count]) => figureOf('users_last_login', { span }, count)),
    figureOf('users_licence', { user_type: 'internal' }, licence?.internal),
    figureOf('users_licence', { user_type: 'external' }, licence?.external),
  ];
}
