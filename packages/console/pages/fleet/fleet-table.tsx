/** Every environment with its figures side by side. */
import { viewPath } from '../../address/view-address.ts';
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
    { name: 'Files', numeric: true, cell: (row) => <Bytes value={fileBytes(row)} why="no summary of its buckets" /> },
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
      cell: ({ tables, sizes }) => (
        <>
          <Spark values={sizes ?? []} />{' '}
          <Bytes value={tables?.summary?.database.size_bytes ?? null} why="no summary of its database" />
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
      cell: ({ constants }) => {
        const summary = constants?.summary;
        if (!summary) return <Unknown why="no summary of its constants" />;
        const findings = Object.values(summary.findings).reduce((sum, number) => sum + number, 0);
        const words = [
          findings > 0 ? plural(findings, 'finding') : '',
          (summary.missing ?? 0) > 0 ? `${count(summary.missing)} missing` : '',
          (summary.obsolete ?? 0) > 0 ? `${count(summary.obsolete)} obsolete` : '',
        ].filter(Boolean);
        return <span class="whole">{words.join(', ') || `${count(summary.declared)}, in order`}</span>;
      },
    },
    {
      name: 'Airflow',
      wideOnly: true,
      cell: ({ airflow }) => <Dags airflow={airflow} />,
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
