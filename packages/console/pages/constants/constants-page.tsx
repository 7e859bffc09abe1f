/** The constants of an app: what is configured, what differs from another environment, what changed when. */
import type { Question } from '../../address/question.ts';
import { may, useApi } from '../../answers/api-context.ts';
import { SCOPES } from '../../answers/failure.ts';
import { Choose, useChoice } from '../../parts/choice.tsx';
import { STATES } from '../environment/constants-card.tsx';
import type { PageProps } from '../page-props.ts';
import { Changes } from './changes.tsx';
import { Comparison } from './comparison.tsx';
import { Configured } from './configured.tsx';

const ROWS_A_PAGE = 200;
const DAYS = 90;

export function ConstantsPage({ environment: offered }: PageProps) {
  const { environment } = offered;
  const { environments } = useApi();
  const choice = useChoice();
  const compare = choice.get('compare');
  const readable = environments.filter(
    (other) =>
      other.environment !== environment && may(other, 'micro_flow_constants', SCOPES['/micro_flow_constants'] ?? []),
  );
  const question: Question = {
    path: '/micro_flow_constants',
    query:
      compare === undefined
        ? {
            environment,
            module: choice.get('module'),
            state: choice.get('state'),
            secret: choice.get('secret'),
            limit: ROWS_A_PAGE,
            cursor: choice.get('cursor'),
          }
        : { environment, compare, limit: ROWS_A_PAGE, cursor: choice.get('cursor') },
  };
  return (
    <>
      <div class="filters">
        <Choose
          label="Compare with"
          name="compare"
          any="nothing"
          options={readable.map(({ environment: name }) => [name, name])}
        />
        {compare === undefined ? (
          <>
            <Choose label="State" name="state" options={STATES.map((name) => [name, name])} />
            <Choose
              label="Secret"
              name="secret"
              options={[
                ['true', 'secrets'],
                ['false', 'harmless'],
                ['unknown', 'not known to be harmless'],
              ]}
              any="any"
            />
          </>
        ) : null}
      </div>
      {compare === undefined ? (
        <>
          <Configured
            question={question}
            mayReveal={may(offered, 'micro_flow_constants', ['mrt/micro_flow_constants.reveal'])}
          />
          <Changes
            question={{ path: '/micro_flow_constants', query: { environment, changes: true, days: DAYS } }}
            days={DAYS}
          />
        </>
      ) : (
        <Comparison question={question} here={environment} there={compare} />
      )}
    </>
  );
}
