/** Every environment with its figures side by side. */
import type { ComponentChildren } from 'preact';
import { type View, viewPath } from '../../address/view-address.ts';
import { Spark } from '../../charts/spark.tsx';
import { diskWords } from '../../figures/disk-forecast.ts';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { Time, Unknown } from '../../parts/figure.tsx';
import { Icon } from '../../parts/icon.tsx';
import { RowLink } from '../../parts/row-link.tsx';
import { bytes, count, exactBytes, plural, signedBytes } from '../../words/numbers.ts';
import { type Concern, worstOf } from './concerns.ts';
import { type FleetRow, fileBytes, fileGrowth, isKnown, recordedAt } from './fleet-row.ts';

const RANK = { bad: 0, warn: 1, note: 2 } as const;

/** The ones with something wrong first, then by name. */
export function FleetTable({ rows, concerns }: { rows: readonly FleetRow[]; concerns: readonly Concern[] }) {
  const rank = ({ environment }: FleetRow) => {
    const worst = worstOf(concerns, environment);
    return worst === null ? 3 : RANK[worst];
  };
  const sorted = rows.toSorted(
    (one, other) => rank(one) - rank(other) || one.environment.localeCompare(other.environment),
  );
  return (
    <DataTable
      caption="Environments side by side"
      columns={columnsOf(concerns)}
      rows={sorted}
      keyOf={(row) => row.environment}
    />
  );
}

function columnsOf(concerns: readonly Concern[]): Column<FleetRow>[] {
  return [
    { name: 'Environment', cell: (row) => <Name row={row} concerns={concerns} /> },
    {
      name: 'Files',
      numeric: true,
      cell: (row) => (
        <To row={row} view="storage" part="buckets">
          <Bytes value={fileBytes(row)} why="no summary of its buckets" />
        </To>
      ),
    },
    {
      name: 'Files a day',
      numeric: true,
      cell: (row) => {
        const growth = fileGrowth(row);
        return growth === null ? (
          <Unknown why="under 7 days of metrics, or a shared bucket" />
        ) : (
          <span title={exactBytes(growth)}>{signedBytes(growth)}</span>
        );
      },
    },
    {
      name: 'Database',
      numeric: true,
      cell: (row) => (
        <>
          <Spark values={row.sizes ?? []} />{' '}
          <To row={row} view="tables" part="tables">
            <Bytes value={row.tables?.summary?.database.size_bytes ?? null} why="no summary of its database" />
          </To>
        </>
      ),
    },
    { name: 'Disk left', numeric: true, cell: (row) => <DiskLeft {...row} /> },
    {
      name: 'Internal',
      numeric: true,
      cell: ({ users }) => <Count value={users?.summary?.licence?.internal} />,
    },
    { name: 'External', numeric: true, cell: ({ users }) => <Count value={users?.summary?.licence?.external} /> },
    {
      name: 'Constants',
      cell: (row) => {
        const summary = row.constants?.summary;
        if (!summary) return <Unknown why="no summary of its constants" />;
        const findings = Object.values(summary.findings).reduce((sum, number) => sum + number, 0);
        const words = [
          findings > 0 ? plural(findings, 'finding') : '',
          (summary.missing ?? 0) > 0 ? `${count(summary.missing)} missing` : '',
          (summary.obsolete ?? 0) > 0 ? `${count(summary.obsolete)} obsolete` : '',
        ].filter(Boolean);
        return (
          <To row={row} view="constants" part="constants">
            <span class="whole">{words.join(', ') || `${count(summary.declared)}, in order`}</span>
          </To>
        );
      },
    },
    {
      name: 'Airflow',
      wideOnly: true,
      cell: (row) => (
        <To row={row} view="airflow" part="airflow">
          <Dags airflow={row.airflow} />
        </To>
      ),
    },
    { name: 'Recorded', cell: (row) => <Recorded at={recordedAt(row)} /> },
  ];
}

function Name({ row, concerns }: { row: FleetRow; concerns: readonly Concern[] }) {
  const { environment, labels } = row;
  const worst = worstOf(concerns, environment);
  return (
    <>
      {worst === null ? (
        <Icon name={isKnown(row) ? 'good' : 'note'} label={isKnown(row) ? 'nothing wrong' : 'nothing known'} />
      ) : (
        <Icon name={worst} label={`${worst === 'bad' ? 'act now' : worst === 'warn' ? 'look at it' : 'to know'}`} />
      )}{' '}
      <RowLink to={viewPath(environment, 'overview')}>{environment}</RowLink>
      <span class="labels wide-only">{Object.values(labels).join(' · ')}</span>
    </>
  );
}

/** The figure as the way to the page that explains it; where nothing is known of the environment there, the figure alone. */
function To({
  row,
  view,
  part,
  children,
}: {
  row: FleetRow;
  view: View;
  /** What of the row the figure is from. */
  part: 'buckets' | 'tables' | 'constants' | 'airflow';
  children: ComponentChildren;
}) {
  if (row[part]?.summary == null) return <>{children}</>;
  return (
    <RowLink to={viewPath(row.environment, view)}>
      {children}
      <span class="unseen">
        , {view} of {row.environment}
      </span>
    </RowLink>
  );
}

function Bytes({ value, why }: { value: number | null; why: string }) {
  return value === null ? <Unknown why={why} /> : <span title={exactBytes(value)}>{bytes(value)}</span>;
}

function Count({ value }: { value: number | undefined }) {
  return value === undefined ? <Unknown why="the user types cannot be read" /> : <span>{count(value)}</span>;
}

function DiskLeft({ tables, disk }: FleetRow) {
  const free = tables?.summary?.database.server.free_bytes ?? null;
  if (free === null)
    return (
      <Unknown why={tables?.summary ? 'the server tells no free space, as on Aurora' : 'no summary of its database'} />
    );
  const title = exactBytes(free);
  if (disk === undefined) return <span title={title}>{bytes(free)}</span>;
  return (
    <span title={title}>
      {bytes(free)} <span class="faint">{diskWords(disk)}</span>
    </span>
  );
}

function Recorded({ at }: { at: string | null }) {
  return at === null ? <Unknown why="nothing of it is in the record" /> : <Time at={at} />;
}

/** What is wrong with its DAGs, else how many there are. */
function Dags({ airflow }: Pick<FleetRow, 'airflow'>) {
  if (airflow === null) return <Unknown why="no Airflow" />;
  const states = airflow.summary?.dags.states ?? null;
  if (states === null) return <Unknown why="its DAGs cannot be read" />;
  const wrong = ['failing', 'late', 'running_long'].flatMap((state) => {
    const number = states[state] ?? 0;
    return number > 0 ? [`${count(number)} ${state.replace('_', ' ')}`] : [];
  });
  return <span class="whole">{wrong.join(', ') || plural(airflow.summary?.dags.dags ?? 0, 'DAG')}</span>;
}
