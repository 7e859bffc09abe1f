/** The fleet: what is wrong first, then everything side by side. */
import { useApi } from '../../answers/api-context.ts';
import { Choose, useChoice } from '../../parts/choice.tsx';
import { Figure } from '../../parts/figure.tsx';
import { SameElsewhere } from '../../parts/same-elsewhere.tsx';
import { Empty, FailureNote, Loading, PartialNote } from '../../parts/state.tsx';
import { bytes, count, exactBytes } from '../../words/numbers.ts';
import { duration } from '../../words/times.ts';
import { ConcernList } from './concern-list.tsx';
import { concernsOf } from './concerns.ts';
import { fleetCsv } from './fleet-csv.ts';
import { type FleetAnswers, fleetRows, isKnown } from './fleet-row.ts';
import { FleetTable } from './fleet-table.tsx';
import { recordFaults } from './record-faults.ts';
import { fleetQuestion, useDisks, useFleet } from './use-fleet.ts';

export function FleetPage() {
  const { environments } = useApi();
  const label = useChoice().get('label');
  const shown = environments.filter(({ labels }) => label === undefined || hasLabel(labels, label));
  const questions = {
    buckets: fleetQuestion('/bucket_size', label, shown),
    tables: fleetQuestion('/table_size', label, shown),
    users: fleetQuestion('/users', label, shown),
    constants: fleetQuestion('/micro_flow_constants', label, shown),
    airflows: fleetQuestion('/airflow_health', label, shown),
  };
  const states = useFleet(questions);
  const disks = useDisks(states.tables.data);
  const answers = {
    buckets: states.buckets.data,
    tables: states.tables.data,
    users: states.users.data,
    constants: states.constants.data,
    airflows: states.airflows.data,
  };
  const rows = fleetRows(shown, answers, disks);
  const all = Object.values(states);
  const loading = all.some((state) => state.loading && state.data === null);
  const failures = [
    ...new Map(
      all.flatMap(({ failure, reload }) =>
        failure === null ? [] : ([[failure.title + failure.detail, { failure, reload }]] as const),
      ),
    ).values(),
  ];
  const record = all.map(({ data }) => data?.record).find((known) => known?.age_s != null);
  const reloadAll = () => {
    for (const { reload } of all) reload();
  };
  const unread = recordFaults(answers);
  const concerns = concernsOf(rows, record !== undefined);
  const asked = Object.values(questions).filter((question) => question !== null);

  if (environments.length === 0) {
    return (
      <>
        <h1>Fleet</h1>
        <Empty>
          You may read no environment. Whoever keeps the configuration of the stage can put you into a group that may.
        </Empty>
      </>
    );
  }
  return (
    <>
      <div class="heading">
        <h1>Fleet</h1>
        <Choose label="Label" name="label" options={labelsOf(environments).map((text) => [text, text])} />
        <SameElsewhere
          questions={asked}
          rows={loading ? undefined : { name: 'fleet', rows: fleetCsv(rows, concerns) }}
        />
      </div>
      {failures.map(({ failure, reload }) => (
        <FailureNote key={failure.title + failure.detail} failure={failure} reload={reload} />
      ))}
      {record === undefined ? null : (
        <PartialNote>
          <strong>The record is old.</strong> Its newest run was {duration(record.age_s)} ago; the figures below are of
          then. The recorder's log says why it stopped.
        </PartialNote>
      )}
      {unread.map(({ what, detail }) => (
        <PartialNote key={detail}>
          <strong>No figures of {what}.</strong> {detail}
          <div class="actions">
            <button type="button" onClick={reloadAll}>
              Look again
            </button>
          </div>
        </PartialNote>
      ))}
      {shown.length === 0 ? (
        <Empty>No environment that you may read has this label.</Empty>
      ) : loading ? (
        <Loading what="the fleet" />
      ) : (
        <>
          <section aria-labelledby="wrong">
            <h2 id="wrong">What is wrong</h2>
            {!rows.some(isKnown) && concerns.length === 0 ? (
              <Empty>Not to be told without figures.</Empty>
            ) : (
              <ConcernList
                concerns={concerns}
                environments={shown.length}
                isWhole={failures.length === 0 && unread.length === 0}
              />
            )}
          </section>
          <section aria-labelledby="all">
            <h2 id="all">All environments</h2>
            {rows.some(isKnown) ? <Totals answers={answers} /> : null}
            <FleetTable rows={rows} concerns={concerns} />
          </section>
        </>
      )}
    </>
  );
}

/** What all environments add up to: of those of other pages too, and what they share once. */
function Totals({ answers }: { answers: FleetAnswers }) {
  return (
    <dl class="figures">
      <Figure
        label="Files"
        value={bytes(answers.buckets?.total.size_bytes)}
        exactly={exactBytes(answers.buckets?.total.size_bytes)}
        source="shared buckets once"
      />
      <Figure
        label="Databases"
        value={bytes(answers.tables?.total.size_bytes)}
        exactly={exactBytes(answers.tables?.total.size_bytes)}
        source={`${count(answers.tables?.total.table_count)} tables`}
      />
      <Figure label="Internal users" value={count(answers.users?.total.internal)} source="as Mendix counts licences" />
      <Figure label="External users" value={count(answers.users?.total.external)} source="as Mendix counts licences" />
      <Figure
        label="Different people"
        value={count(answers.users?.distinct.identities)}
        source="counted once over all apps"
        asOf={answers.users?.distinct.as_of}
      />
    </dl>
  );
}

function hasLabel(labels: Readonly<Record<string, string>>, label: string): boolean {
  const [name = '', value] = label.split(/:(.*)/s);
  return labels[name] === value;
}

/** Every label that some environment has: `stage:prod`. */
function labelsOf(environments: readonly { labels: Readonly<Record<string, string>> }[]): string[] {
  const texts = environments.flatMap(({ labels }) => Object.entries(labels).map(([name, value]) => `${name}:${value}`));
  return [...new Set(texts)].toSorted((one, other) => one.localeCompare(other));
}
