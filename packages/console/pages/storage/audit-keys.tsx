/** The keys of one class: a list to look through, sums by entity and month, and all of it as CSV. */
import type { Answer as AnswerOf } from '@mrt/client';
import type { Question } from '../../address/question.ts';
import { useAnswer } from '../../answers/use-answer.ts';
import { Choose, useChoice } from '../../parts/choice.tsx';
import { DataTable, Pager } from '../../parts/data-table.tsx';
import { Time, Unknown } from '../../parts/figure.tsx';
import { SameElsewhere } from '../../parts/same-elsewhere.tsx';
import { Answer, Empty } from '../../parts/state.tsx';
import { bytes, count, exactBytes } from '../../words/numbers.ts';
import { byEntity, byMonth, type KeyGroup } from './orphan-groups.ts';

const ROWS_A_PAGE = 1000;
const SHOWN = 50;

const LISTS = [
  ['orphaned', 'orphaned'],
  ['missing', 'missing'],
  ['foreign', 'foreign'],
  ['size_mismatch', 'of another size'],
  ['pending_deletion', 'waiting to be deleted'],
] as const;

export function AuditKeys({
  environment,
  source,
}: {
  environment: string;
  /** Where the bucket's side is from; `undefined`: a listing of now. */
  source: string | undefined;
}) {
  const choice = useChoice();
  const list = choice.get('list');
  const question: Question = {
    path: '/storage_audit',
    query: { environment, source, list, limit: ROWS_A_PAGE, cursor: choice.get('cursor') },
  };
  const state = useAnswer<AnswerOf<'/storage_audit'>>(list === undefined ? null : question);
  return (
    <>
      <div class="filters">
        <Choose label="Keys that are" name="list" any="not shown" options={LISTS} />
        {list === undefined ? null : <SameElsewhere questions={[question]} csv={question} />}
      </div>
      {list === undefined ? null : (
        <Answer state={state} what="the keys">
          {({ keys = [], next_cursor }) =>
            keys.length === 0 ? (
              <Empty>There is none{choice.get('cursor') === undefined ? '' : ' on this page'}.</Empty>
            ) : (
              <>
                <p class="faint">
                  {count(keys.length)} keys{next_cursor === null ? '' : ' on this page, and more on the next'}; the
                  first {Math.min(SHOWN, keys.length)} are shown. The CSV has all.
                </p>
                <div class="two">
                  <Groups title="By month of the last change" groups={byMonth(keys)} />
                  <Groups title="By entity" groups={byEntity(keys)} />
                </div>
                <DataTable
                  caption={`Keys that are ${list.replace('_', ' ')}`}
                  rows={keys.slice(0, SHOWN)}
                  keyOf={({ key }) => key}
                  columns={[
                    { name: 'Key', cell: ({ key }) => <code>{key}</code> },
                    {
                      name: 'Size',
                      numeric: true,
                      cell: ({ size_bytes }) => <span title={exactBytes(size_bytes)}>{bytes(size_bytes)}</span>,
                    },
                    {
                      name: 'By the database',
                      numeric: true,
                      wideOnly: true,
                      cell: ({ document_size_bytes }) => bytes(document_size_bytes),
                    },
                    { name: 'Entity', cell: ({ entity }) => entity ?? <Unknown why="no document" /> },
                    {
                      name: 'Written',
                      cell: ({ last_modified }) =>
                        last_modified === null ? <Unknown why="missing" /> : <Time at={last_modified} />,
                    },
                    {
                      name: 'Class',
                      wideOnly: true,
                      cell: ({ storage_class }) => storage_class ?? <Unknown why="missing" />,
                    },
                  ]}
                />
                <Pager
                  first={choice.get('cursor') === undefined ? null : choice.with({})}
                  next={next_cursor === null ? null : choice.with({ cursor: next_cursor })}
                />
              </>
            )
          }
        </Answer>
      )}
    </>
  );
}

function Groups({ title, groups }: { title: string; groups: readonly KeyGroup[] }) {
  return (
    <DataTable
      caption={title}
      rows={groups}
      keyOf={({ name }) => name}
      columns={[
        { name: title, cell: ({ name }) => name },
        { name: 'Objects', numeric: true, cell: ({ objects }) => count(objects) },
        {
          name: 'Size',
          numeric: true,
          cell: (group) => <span title={exactBytes(group.bytes)}>{bytes(group.bytes)}</span>,
        },
      ]}
    />
  );
}
