/** Each constant: what the model declares, what the environment sets, and so what is configured. */
import type { WholeAnswer, WholeRow } from '@mrt/client';
import type { Question } from '../../address/question.ts';
import { useAnswer } from '../../answers/use-answer.ts';
import { PartsBar } from '../../charts/bar.tsx';
import { useChoice } from '../../parts/choice.tsx';
import { type Column, DataTable, Pager } from '../../parts/data-table.tsx';
import { Unknown } from '../../parts/figure.tsx';
import { SameElsewhere } from '../../parts/same-elsewhere.tsx';
import { Answer, Empty } from '../../parts/state.tsx';
import { count } from '../../words/numbers.ts';
import { STATES } from '../environment/constants-card.tsx';
import { FindingList, ModelLine, Value } from './constant-parts.tsx';

type Constant = WholeRow<'/micro_flow_constants'>;

const COLUMNS: Column<Constant>[] = [
  {
    name: 'Constant',
    cell: ({ name, description }) => <span title={description ?? undefined}>{name}</span>,
  },
  { name: 'Configured', cell: (constant) => <Value {...constant} /> },
  {
    name: 'State',
    cell: ({ state }) =>
      state === null ? (
        <Unknown why="depends on a source that could not be read" />
      ) : (
        <span class={`state ${state}`}>{state}</span>
      ),
  },
  { name: 'Set by', cell: ({ won_by }) => won_by ?? <Unknown why="no source, or not known which" /> },
  {
    name: 'Declared',
    wideOnly: true,
    cell: (constant) =>
      constant.state === 'obsolete' ? (
        <span class="faint">not declared</span>
      ) : (
        <Value
          value={constant.default_value}
          value_known
          masked={constant.masked}
          fingerprint={constant.default_fingerprint}
          note={constant.default_value === null ? 'no default' : null}
        />
      ),
  },
  { name: 'Type', wideOnly: true, cell: ({ type }) => type?.replace('_', ' ') ?? <Unknown why="not declared" /> },
  {
    name: 'Secret',
    wideOnly: true,
    cell: ({ secret, secret_reason }) =>
      secret === true ? `yes, by ${secret_reason?.replace('-', ' ')}` : secret === null ? 'perhaps' : 'no',
  },
];

export function Configured({ question }: { question: Question }) {
  const choice = useChoice();
  const state = useAnswer<WholeAnswer<'/micro_flow_constants'>>(question);
  return (
    <section aria-labelledby="configured">
      <h2 id="configured">What is configured</h2>
      <Answer state={state} what="the constants">
        {(answer) => (
          <>
            <ModelLine answer={answer} />
            <FindingList findings={answer.findings} />
            <PartsBar
              label="Constants by state"
              parts={STATES.map((name) => ({
                name,
                value: answer.summary[name] ?? 0,
                text: count(answer.summary[name]),
              }))}
            />
            {answer.constants === undefined || answer.constants.length === 0 ? (
              <Empty>No constant is like this.</Empty>
            ) : (
              <DataTable caption="Constants" columns={COLUMNS} rows={answer.constants} keyOf={({ name }) => name} />
            )}
            <Pager
              first={choice.get('cursor') === undefined ? null : choice.with({})}
              next={answer.next_cursor === null ? null : choice.with({ cursor: answer.next_cursor })}
            />
          </>
        )}
      </Answer>
      <SameElsewhere questions={[question]} csv={question} />
    </section>
  );
}
