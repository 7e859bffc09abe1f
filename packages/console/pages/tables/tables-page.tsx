/** The tables of a database: a picture of all, and rows in the order that somebody asks for. */
import type { WholeAnswer } from '@mrt/client';
import { useLocation, useRouter } from 'wouter-preact';
import type { Question } from '../../address/question.ts';
import { type AnswerState, useAnswer } from '../../answers/use-answer.ts';
import { Treemap } from '../../charts/treemap.tsx';
import { Choose, useChoice } from '../../parts/choice.tsx';
import { Pager } from '../../parts/data-table.tsx';
import { Time } from '../../parts/figure.tsx';
import { SameElsewhere } from '../../parts/same-elsewhere.tsx';
import { Answer, Empty, PartialNote } from '../../parts/state.tsx';
import { bytes, count } from '../../words/numbers.ts';
import type { PageProps } from '../page-props.ts';
import { Cleanups } from './cleanups.tsx';
import { TableGrowth } from './table-growth.tsx';
import { TableRows } from './table-rows.tsx';
import { tableTiles } from './table-tiles.ts';

/** As many as the API gives at once: all of most apps. */
const ROWS_A_PAGE = 1000;

const KINDS = [
  ['entity', 'entities'],
  ['association', 'associations'],
  ['system', 'Mendix runtime'],
  ['leftover', 'leftovers'],
  ['other', 'not of Mendix'],
] as const;

type Tables = WholeAnswer<'/table_size'>;

export function TablesPage({ environment: { environment } }: PageProps) {
  const choice = useChoice();
  const table = choice.get('table');
  const question: Question = {
    path: '/table_size',
    query: {
      environment,
      table,
      module: choice.get('module'),
      kind: choice.get('kind'),
      order_by: choice.get('order_by'),
      limit: ROWS_A_PAGE,
      cursor: choice.get('cursor'),
    },
  };
  const state = useAnswer<Tables>(question);
  return (
    <>
      <div class="filters">
        <Choose label="Kind" name="kind" options={KINDS} />
        <Modules state={state} />
        {table === undefined ? null : (
          <button type="button" onClick={() => choice.set({ table: undefined })}>
            Only {table} × show all
          </button>
        )}
        <SameElsewhere questions={[question]} csv={question} />
      </div>
      <Answer state={state} what="the tables">
        {(answer) => <TablesAnswer answer={answer} environment={environment} isOne={table !== undefined} />}
      </Answer>
    </>
  );
}

/** The modules that the rows have; a module that is chosen stays in the list. */
function Modules({ state }: { state: AnswerState<Tables> }) {
  const chosen = useChoice().get('module');
  const modules = new Set((state.data?.tables ?? []).flatMap(({ module }) => module ?? []));
  if (chosen !== undefined) modules.add(chosen);
  return (
    <Choose
      label="Module"
      name="module"
      options={[...modules].toSorted((one, other) => one.localeCompare(other)).map((name) => [name, name])}
    />
  );
}

function TablesAnswer({ answer, environment, isOne }: { answer: Tables; environment: string; isOne: boolean }) {
  const choice = useChoice();
  const { base } = useRouter();
  const [, navigate] = useLocation();
  const { tables = [], database, missing, order_certain, next_cursor, as_of } = answer;
  const isFiltered = choice.get('kind') !== undefined || choice.get('module') !== undefined || isOne;
  const isFirst = choice.get('cursor') === undefined;
  const shown = tables.reduce((sum, { total_bytes }) => sum + total_bytes, 0);
  const rest = isFiltered || !isFirst || next_cursor === null ? 0 : Math.max(0, database.tables_bytes - shown);
  return (
    <>
      {missing.length === 0 ? null : (
        <PartialNote>
          Not known: {missing.map(({ what, reason }) => `${what.replaceAll('_', ' ')} (${reason})`).join(', ')}.
        </PartialNote>
      )}
      {database.catalog === 'locked' ? (
        <PartialNote>The app is synchronising its database: for now the tables have no entities.</PartialNote>
      ) : null}
      {order_certain === false ? (
        <PartialNote>
          Some tables may stand in the wrong place: they are locked, or much has changed in them.
        </PartialNote>
      ) : null}
      <p class="source">
        {count(tables.length)} of {count(database.table_count)} tables, {bytes(shown)} of {bytes(database.tables_bytes)}
        {database.tables_exact ? '' : ' (estimate)'} · PostgreSQL {database.server.version} · <Time at={as_of} />
      </p>
      {tables.length === 0 ? (
        <Empty>No table is like this. Choose other filters above.</Empty>
      ) : (
        <>
          {tables.length < 2 ? null : (
            <>
              <Treemap
                label={`Tables of ${environment} by module and size`}
                groups={tableTiles(tables, environment, rest, base)}
                onOpen={(href) => navigate(href.slice(base.length))}
              />
              <p class="legend">
                From the top of each tile:{' '}
                <span>
                  <i class="swatch table" /> the table,
                </span>{' '}
                <span>
                  <i class="swatch index" /> its indexes,
                </span>{' '}
                <span>
                  <i class="swatch toast" /> TOAST (long values).
                </span>{' '}
                A broken line is an estimate.
              </p>
            </>
          )}
          {isOne && tables[0] !== undefined ? <TableGrowth environment={environment} table={tables[0].table} /> : null}
          <Cleanups tables={tables} />
          <TableRows tables={tables} environment={environment} />
          <Pager
            first={isFirst ? null : choice.with({})}
            next={next_cursor === null ? null : choice.with({ cursor: next_cursor })}
          />
        </>
      )}
    </>
  );
}
