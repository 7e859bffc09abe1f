/** The users of an app: totals, filters, and rows that are masked until somebody may and asks with a reason. */
import type { Answer as AnswerOf, WholeAnswer } from '@mrt/client';
import type { Question } from '../../address/question.ts';
import { may } from '../../answers/api-context.ts';
import { useAnswer } from '../../answers/use-answer.ts';
import { Choose, useChoice } from '../../parts/choice.tsx';
import { Pager } from '../../parts/data-table.tsx';
import { SameElsewhere } from '../../parts/same-elsewhere.tsx';
import { Answer, Empty, PartialNote } from '../../parts/state.tsx';
import { UserFigures } from '../environment/users-card.tsx';
import type { PageProps } from '../page-props.ts';
import { ClearRows } from './clear-rows.tsx';
import { UserRows } from './user-rows.tsx';

const ROWS_A_PAGE = 100;
const YES_NO = [
  ['true', 'yes'],
  ['false', 'no'],
] as const;

export function UsersPage({ environment }: PageProps) {
  const { environment: name } = environment;
  const choice = useChoice();
  const totals = { path: '/users', query: { environment: name, summary: true } } as const;
  const summary = useAnswer<AnswerOf<'/users'>>(totals);
  const question: Question = {
    path: '/users',
    query: {
      environment: name,
      kind: choice.get('kind'),
      active: choice.get('active'),
      blocked: choice.get('blocked'),
      user_type: choice.get('user_type'),
      role: choice.get('role'),
      never_logged_in: choice.get('never_logged_in'),
      inactive_since: choice.get('inactive_since'),
      limit: ROWS_A_PAGE,
      cursor: choice.get('cursor'),
    },
  };
  const rows = useAnswer<WholeAnswer<'/users'>>(question);
  const roles = summary.data?.summary?.roles ?? [];
  return (
    <>
      <section aria-labelledby="totals">
        <h2 id="totals">In all</h2>
        <Answer state={summary} what="the totals">
          {({ summary: known, as_of }) => (known === undefined ? null : <UserFigures summary={known} asOf={as_of} />)}
        </Answer>
        <SameElsewhere questions={[totals]} />
      </section>
      <section aria-labelledby="rows">
        <h2 id="rows">One by one</h2>
        <div class="filters">
          <Choose
            label="Kind"
            name="kind"
            options={[
              ['named', 'named'],
              ['web_service', 'web service'],
              ['anonymous', 'anonymous'],
            ]}
          />
          <Choose
            label="Type"
            name="user_type"
            options={[
              ['internal', 'internal'],
              ['external', 'external'],
            ]}
          />
          <Choose label="Role" name="role" options={roles.map(({ role }) => [role, role])} />
          <Choose label="Active" name="active" options={YES_NO} any="any" />
          <Choose label="Blocked" name="blocked" options={YES_NO} any="any" />
          <Choose label="Never logged in" name="never_logged_in" options={YES_NO} any="any" />
          <label class="choose">
            <span>Inactive since</span>
            <input
              type="date"
              value={choice.get('inactive_since')?.slice(0, 10) ?? ''}
              onChange={({ currentTarget: { value } }) => choice.set({ inactive_since: value })}
            />
          </label>
          <SameElsewhere questions={[question]} csv={question} />
        </div>
        {rows.data?.users?.length === 0 ? null : (
          <ClearRows question={question} allowed={may(environment, 'users', ['mrt/users.profile'])} />
        )}
        <Answer state={rows} what="the users">
          {({ users = [], missing, next_cursor }) => (
            <>
              {missing.length === 0 ? null : (
                <PartialNote>
                  Not known: {missing.map(({ what, reason }) => `${what.replaceAll('_', ' ')} (${reason})`).join(', ')}.
                </PartialNote>
              )}
              {users.length === 0 ? (
                <Empty>Nobody is like this.</Empty>
              ) : (
                <UserRows users={users} caption={`Users of ${name}, masked`} />
              )}
              <Pager
                first={choice.get('cursor') === undefined ? null : choice.with({})}
                next={next_cursor === null ? null : choice.with({ cursor: next_cursor })}
              />
            </>
          )}
        </Answer>
      </section>
    </>
  );
}
