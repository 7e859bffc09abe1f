/** Each constant: what the model declares, what the environment sets, and so what is configured. */
import type { WholeAnswer } from '@mrt/client';
import { useState } from 'preact/hooks';
import type { Question } from '../../address/question.ts';
import { useAnswer } from '../../answers/use-answer.ts';
import { PartsBar } from '../../charts/bar.tsx';
import { Breakable } from '../../parts/breakable.tsx';
import { useChoice } from '../../parts/choice.tsx';
import { type Column, DataTable, Pager } from '../../parts/data-table.tsx';
import { Unknown } from '../../parts/figure.tsx';
import { ReasonDialog } from '../../parts/reason-dialog.tsx';
import { SameElsewhere } from '../../parts/same-elsewhere.tsx';
import { Answer, Empty, FailureNote } from '../../parts/state.tsx';
import { count } from '../../words/numbers.ts';
import { STATES } from '../environment/constants-card.tsx';
import { FindingList, ModelLine, Value } from './constant-parts.tsx';
import { type Constant, useRevealed } from './use-revealed.ts';

const NAME: Column<Constant> = {
  name: 'Constant',
  cell: ({ name, description }) => (
    <span title={description ?? undefined}>
      <Breakable name={name} />
    </span>
  ),
};

const OTHERS: Column<Constant>[] = [
  {
    name: 'State',
    cell: ({ state }) =>
      state === null ? (
        <Unknown why="depends on a source that could not be read" />
      ) : (
        <span class={`state ${state}`}>{state}</span>
      ),
  },
  { name: 'Set by', wideOnly: true, cell: ({ won_by }) => won_by ?? <Unknown why="no source, or not known which" /> },
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

/** @param mayReveal whether the person may see secrets of this environment in clear, each with a reason */
export function Configured({ question, mayReveal }: { question: Question; mayReveal: boolean }) {
  const choice = useChoice();
  const revealed = useRevealed(question);
  const [asked, setAsked] = useState<string | null>(null);
  const [reason, setReason] = useState('');
  const columns: Column<Constant>[] = [
    NAME,
    {
      name: 'Configured',
      cell: (constant) => (
        <>
          <Value {...constant} />
          {mayReveal && constant.masked ? (
            <>
              {' '}
              <button
                type="button"
                class="in-cell"
                aria-label={`Reveal ${constant.name} …`}
                onClick={() => setAsked(constant.name)}
              >
                Reveal …
              </button>
            </>
          ) : null}
          {revealed.has(constant.name) ? (
            <>
              {' '}
              <button
                type="button"
                class="in-cell"
                aria-label={`Hide ${constant.name}`}
                onClick={() => revealed.hide(constant.name)}
              >
                Hide
              </button>
            </>
          ) : null}
        </>
      ),
    },
    ...OTHERS,
  ];
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
              <>
                {revealed.failure === null ? null : <FailureNote failure={revealed.failure} />}
                <DataTable
                  caption="Constants"
                  columns={columns}
                  rows={answer.constants.map(revealed.of)}
                  keyOf={({ name }) => name}
                />
              </>
            )}
            <Pager
              first={choice.get('cursor') === undefined ? null : choice.with({})}
              next={answer.next_cursor === null ? null : choice.with({ cursor: answer.next_cursor })}
            />
          </>
        )}
      </Answer>
      {mayReveal ? null : (
        <p class="faint">
          Secrets in clear need the scope mrt/micro_flow_constants.reveal, which you do not have here.
        </p>
      )}
      <SameElsewhere questions={[question]} csv={question} />
      <ReasonDialog
        open={asked !== null}
        title="Why in clear?"
        begin={reason}
        confirm={(why) => {
          setReason(why);
          setAsked(null);
          if (asked !== null) void revealed.reveal(asked, why);
        }}
        close={() => setAsked(null)}
      >
        <p>
          The value of <strong>{asked}</strong> is shown in this page only.
        </p>
      </ReasonDialog>
    </section>
  );
}
