/** Two environments side by side: what differs, and what should be looked at. */
import type { Answer as AnswerOf, ConstantDifference } from '@mrt/client';
import type { Question } from '../../address/question.ts';
import { useAnswer } from '../../answers/use-answer.ts';
import { Breakable } from '../../parts/breakable.tsx';
import { useChoice } from '../../parts/choice.tsx';
import { type Column, DataTable, Pager } from '../../parts/data-table.tsx';
import { Figure } from '../../parts/figure.tsx';
import { SameElsewhere } from '../../parts/same-elsewhere.tsx';
import { Answer, Empty } from '../../parts/state.tsx';
import { count } from '../../words/numbers.ts';
import { FindingList, Value } from './constant-parts.tsx';
import { type DifferenceRow, differenceRows, differencesCsv } from './differences.ts';

type Side = NonNullable<ConstantDifference['here']>;

/** What the word of the API says of the two. */
function changeWords(changes: DifferenceRow['changes'], here: string, there: string): string {
  const words: Readonly<Record<ConstantDifference['change'], string>> = {
    value: 'value',
    default: 'default in the model',
    type: 'type',
    state: 'where it is set',
    only_here: `only in ${here}`,
    only_there: `only in ${there}`,
  };
  return changes.map((change) => words[change] ?? change).join(', ');
}

export function Comparison({ question, here, there }: { question: Question; here: string; there: string }) {
  const choice = useChoice();
  const state = useAnswer<AnswerOf<'/micro_flow_constants'>>(question);
  const differsIn = ({ changes }: DifferenceRow) => changeWords(changes, here, there);
  const columns: Column<DifferenceRow>[] = [
    {
      name: 'Constant',
      cell: (row) => (
        <>
          <Breakable name={row.name} /> <span class="narrow-only faint">{differsIn(row)}</span>
        </>
      ),
    },
    { name: 'Differs in', wideOnly: true, cell: differsIn },
    { name: here, cell: ({ here: side, change }) => <SideOf side={side} change={change} /> },
    { name: there, cell: ({ there: side, change }) => <SideOf side={side} change={change} /> },
  ];
  return (
    <section aria-labelledby="differences">
      <h2 id="differences">
        {here} against {there}
      </h2>
      <Answer state={state} what="the two">
        {({ differences = [], summary, findings, next_cursor }) => (
          <>
            <dl class="figures">
              <Figure label="Different" value={count(summary['different'])} />
              <Figure label={`Only in ${here}`} value={count(summary['only_here'])} />
              <Figure label={`Only in ${there}`} value={count(summary['only_there'])} />
              <Figure label="Equal" value={count(summary['equal'])} />
              <Figure label="Cannot be told" value={count(summary['unknown'])} />
            </dl>
            <FindingList findings={findings} here={here} there={there} />
            {differences.length === 0 ? (
              <Empty>Nothing differs, of what can be told.</Empty>
            ) : (
              <DataTable
                caption={`Differences between ${here} and ${there}`}
                columns={columns}
                rows={differenceRows(differences)}
                keyOf={({ name, change }) => `${name} ${change}`}
              />
            )}
            <Pager
              first={choice.get('cursor') === undefined ? null : choice.with({})}
              next={next_cursor === null ? null : choice.with({ cursor: next_cursor })}
            />
          </>
        )}
      </Answer>
      <SameElsewhere
        questions={[question]}
        rows={{
          name: `${here}-constants-against-${there}`,
          rows: differencesCsv(state.data?.differences ?? [], here, there),
          hasMore: choice.get('cursor') !== undefined || (state.data?.next_cursor ?? null) !== null,
        }}
      />
    </section>
  );
}

/** What of a side the difference is about. */
function SideOf({ side, change }: { side: Side | null; change: ConstantDifference['change'] }) {
  if (side === null) return <span class="faint">not there</span>;
  if (change === 'type') return <>{side.type?.replace('_', ' ') ?? 'not declared'}</>;
  if (change === 'state') return <>{side.state ?? 'not known'}</>;
  if (change === 'default') {
    return (
      <Value
        value={side.default_value}
        value_known
        masked={side.masked}
        fingerprint={side.default_fingerprint}
        note={null}
      />
    );
  }
  return (
    <>
      <Value {...side} /> <span class="faint">· {side.state ?? 'not known'}</span>
    </>
  );
}
