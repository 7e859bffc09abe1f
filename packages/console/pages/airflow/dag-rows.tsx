/** DAGs as rows: what is wrong first where all are here, else in the order of the API. */
import type { Dag } from '@mrt/client';
import { Breakable } from '../../parts/breakable.tsx';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { Time, Unknown } from '../../parts/figure.tsx';
import { Icon, type IconName } from '../../parts/icon.tsx';
import { count, share } from '../../words/numbers.ts';
import { duration } from '../../words/times.ts';

const ICONS: Readonly<Record<NonNullable<Dag['state']>, IconName>> = {
  failing: 'bad',
  late: 'warn',
  running_long: 'warn',
  never_ran: 'note',
  paused: 'note',
  healthy: 'good',
};

const COLUMNS: Column<Dag>[] = [
  {
    name: 'DAG',
    cell: ({ dag, tags }) => (
      <span title={tags?.join(', ')}>
        <Breakable name={dag} />
      </span>
    ),
  },
  {
    name: 'State',
    cell: ({ state, late_by_s, reason }) =>
      state === null ? (
        <Unknown />
      ) : (
        <span class="mark" title={reason ?? undefined}>
          <Icon name={ICONS[state] ?? 'note'} /> {state.replaceAll('_', ' ')}
          {late_by_s === null ? '' : ` by ${duration(late_by_s)}`}
        </span>
      ),
  },
  {
    name: 'Last run',
    cell: ({ last_run, runs, state }) =>
      last_run === null && (runs === null || state === 'paused') ? (
        // Of a paused DAG it is asked for apart, and may be what is missing.
        <Unknown why={runs === null ? 'not known' : 'none, or not known'} />
      ) : last_run === null ? (
        'never'
      ) : (
        <>
          {last_run.state}{' '}
          <span class="faint">
            <Time at={last_run.started} />
          </span>
        </>
      ),
  },
  { name: 'Failed', numeric: true, cell: ({ runs }) => (runs === null ? <Unknown /> : count(runs.failed)) },
  { name: 'Succeeds', numeric: true, cell: ({ success_rate }) => share(success_rate) },
  {
    name: 'Failed tasks',
    cell: ({ failed_tasks }) =>
      failed_tasks === null ? <Unknown /> : failed_tasks.join(', ') || <span class="faint">none</span>,
  },
  { name: 'Half take', numeric: true, wideOnly: true, cell: ({ duration_p50_s }) => duration(duration_p50_s) },
  { name: '95 % take', numeric: true, wideOnly: true, cell: ({ duration_p95_s }) => duration(duration_p95_s) },
  {
    name: 'Schedule',
    wideOnly: true,
    cell: ({ schedule }) => (schedule === null ? 'by hand' : <code>{schedule}</code>),
  },
  {
    name: 'Next',
    wideOnly: true,
    cell: ({ next_run, state }) =>
      next_run === null || state === 'paused' ? (
        <Unknown why={state === 'paused' ? 'paused' : 'none is planned'} />
      ) : (
        <>
          {state === 'late' ? 'was due ' : ''}
          <Time at={next_run} />
        </>
      ),
  },
];

/** @param areAll nothing stands on another page, so that an order of their own leaves none out */
export function DagRows({ dags, environment, areAll }: { dags: readonly Dag[]; environment: string; areAll: boolean }) {
  const rows = areAll ? dags.toSorted((one, other) => rankOf(one) - rankOf(other)) : dags;
  return <DataTable caption={`DAGs of ${environment}`} columns={COLUMNS} rows={rows} keyOf={({ dag }) => dag} />;
}

/** What cannot be told comes after what is wrong. */
function rankOf({ state }: Dag): number {
  const icon = state === null ? 'note' : ICONS[state];
  return icon === 'bad' ? 0 : icon === 'warn' ? 1 : icon === 'note' ? 2 : 3;
}
