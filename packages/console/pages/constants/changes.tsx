/** What changed, as the recorder saw it. */
import type { Answer as AnswerOf, ConstantChange } from '@mrt/client';
import type { Question } from '../../address/question.ts';
import { useAnswer } from '../../answers/use-answer.ts';
import { Breakable } from '../../parts/breakable.tsx';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { Time } from '../../parts/figure.tsx';
import { SameElsewhere } from '../../parts/same-elsewhere.tsx';
import { Answer, Empty } from '../../parts/state.tsx';
import { recordWords } from '../../words/record-words.ts';

const COLUMNS: Column<ConstantChange>[] = [
  { name: 'Constant', cell: ({ name }) => <Breakable name={name} /> },
  { name: 'What', cell: ({ change }) => change },
  { name: 'First seen so', cell: ({ changed_at }) => <Time at={changed_at} /> },
  { name: 'Last seen before', cell: ({ changed_after }) => <Time at={changed_after} /> },
];

export function Changes({ question, days }: { question: Question; days: number }) {
  const state = useAnswer<AnswerOf<'/micro_flow_constants'>>(question);
  return (
    <section aria-labelledby="changes">
      <h2 id="changes">What changed in {days} days</h2>
      <Answer state={state} what="the changes">
        {({ changes, record }) =>
          changes == null ? (
            <p class="faint">{recordWords(record)}</p>
          ) : changes.length === 0 ? (
            <Empty>Nothing, on the recorded days. {recordWords(record)}</Empty>
          ) : (
            <DataTable
              caption="Changes of constants"
              columns={COLUMNS}
              rows={changes}
              keyOf={({ name, changed_at }) => `${name} ${changed_at}`}
            />
          )
        }
      </Answer>
      <SameElsewhere
        questions={[question]}
        rows={{
          name: `${String(question.query['environment'])}-constant-changes`,
          rows: (state.data?.changes ?? []).map(({ name, change, changed_at, changed_after }) => ({
            name,
            change,
            changed_at,
            changed_after,
          })),
        }}
      />
    </section>
  );
}
