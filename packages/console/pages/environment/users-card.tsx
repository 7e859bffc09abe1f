/** The users of an environment: who counts for the licence, and who uses the app. */
import type { Answer as AnswerOf, UserSummary } from '@mrt/client';
import { Link } from 'wouter-preact';
import { viewPath } from '../../address/view-address.ts';
import { useAnswer } from '../../answers/use-answer.ts';
import { PartsBar } from '../../charts/bar.tsx';
import { Figure, Unknown } from '../../parts/figure.tsx';
import { SameElsewhere } from '../../parts/same-elsewhere.tsx';
import { Answer, PartialNote } from '../../parts/state.tsx';
import { count } from '../../words/numbers.ts';

export function UsersCard({ environment }: { environment: string }) {
  const question = { path: '/users', query: { environment, summary: true } } as const;
  const state = useAnswer<AnswerOf<'/users'>>(question);
  return (
    <section class="card" aria-labelledby="users">
      <h2 id="users">
        <Link href={viewPath(environment, 'users')}>Users</Link>
      </h2>
      <Answer state={state} what="the users">
        {({ summary, as_of, missing }) => (
          <>
            {missing.length === 0 ? null : (
              <PartialNote>
                Not known: {missing.map(({ what, reason }) => `${what.replaceAll('_', ' ')} (${reason})`).join(', ')}.
              </PartialNote>
            )}
            {summary === undefined ? null : <UserFigures summary={summary} asOf={as_of} />}
          </>
        )}
      </Answer>
      <SameElsewhere questions={[question]} />
    </section>
  );
}

/** Totals; used on the page of users too. */
export function UserFigures({ summary, asOf }: { summary: UserSummary; asOf: string }) {
  const { licence, by, online_now, mendix } = summary;
  const of = (kind: string) => by.filter((group) => group.kind === kind).reduce((sum, { users }) => sum + users, 0);
  const blocked = by.filter((group) => group.blocked).reduce((sum, { users }) => sum + users, 0);
  return (
    <>
      <dl class="figures">
        <Figure
          label="Internal"
          value={licence === null ? <Unknown why="the user types cannot be read" /> : count(licence.internal)}
          {...(licence === null ? {} : { source: `${count(licence.internal_unmarked)} of them not marked` })}
        />
        <Figure
          label="External"
          value={licence === null ? <Unknown why="the user types cannot be read" /> : count(licence.external)}
          source="as Mendix counts licences"
          asOf={asOf}
        />
        <Figure
          label="Mendix’s own count"
          value={count(mendix.named_user_count)}
          source="named users, by the runtime"
        />
        <Figure
          label="Online"
          value={
            online_now?.users == null ? <Unknown why="few, and not shown, or not readable" /> : count(online_now.users)
          }
          source="within the session timeout"
        />
        <Figure label="Blocked" value={count(blocked)} source="after wrong passwords" />
      </dl>
      <div class="two">
        <PartsBar
          label="Users by kind"
          parts={(['named', 'web_service', 'anonymous'] as const).map((kind) => ({
            name: kind.replace('_', ' '),
            value: of(kind),
            text: count(of(kind)),
          }))}
        />
        <LastLogin summary={summary} />
      </div>
    </>
  );
}

/** Spans of the API include the shorter ones; here each person stands once. */
function LastLogin({ summary: { last_login } }: { summary: UserSummary }) {
  if (last_login === null) return <p class="faint">Last logins cannot be read.</p>;
  const { within_1_day, within_7_days, within_30_days, within_90_days, older, never } = last_login;
  const parts = [
    ['today', within_1_day],
    ['this week', within_7_days - within_1_day],
    ['this month', within_30_days - within_7_days],
    ['within 90 days', within_90_days - within_30_days],
    ['longer ago', older],
    ['never', never],
  ] as const;
  return (
    <PartsBar
      label="Active named users by last login"
      parts={parts.map(([name, value]) => ({
        name: `logged in ${name}`.replace('logged in never', 'never logged in'),
        value,
        text: count(value),
      }))}
    />
  );
}
