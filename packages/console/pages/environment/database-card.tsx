/** The database of an environment: size, disk, trend, what holds it. */
import type { Answer as AnswerOf } from '@mrt/client';
import { Link } from 'wouter-preact';
import { viewPath } from '../../address/view-address.ts';
import { useAnswer } from '../../answers/use-answer.ts';
import { PartsBar } from '../../charts/bar.tsx';
import { Trend } from '../../charts/trend.tsx';
import { diskForecast, diskWords } from '../../figures/disk-forecast.ts';
import { Figure, Unknown } from '../../parts/figure.tsx';
import { SameElsewhere } from '../../parts/same-elsewhere.tsx';
import { Answer, PartialNote } from '../../parts/state.tsx';
import { bytes, count, exactBytes, roundBytes, signedBytes } from '../../words/numbers.ts';
import { recordWords } from '../../words/record-words.ts';

const DAYS = 90;
/** Modules that are named; what is left is one part. */
const MAX_MODULES = 7;

export function DatabaseCard({ environment }: { environment: string }) {
  const question = { path: '/table_size', query: { environment, summary: true, days: DAYS } } as const;
  const state = useAnswer<AnswerOf<'/table_size'>>(question);
  return (
    <section class="card" aria-labelledby="database">
      <h2 id="database">
        <Link href={viewPath(environment, 'tables')}>Database</Link>
      </h2>
      <Answer state={state} what="the database">
        {(answer) => <DatabaseFigures answer={answer} />}
      </Answer>
      <SameElsewhere
        questions={[question]}
        rows={{ name: `${environment}-database`, rows: state.data?.history ?? [] }}
      />
    </section>
  );
}

function DatabaseFigures({ answer }: { answer: AnswerOf<'/table_size'> }) {
  const { database, history, growth, as_of, missing, record, summary } = answer;
  const { server } = database;
  const disk = diskForecast(history ?? [], server.free_bytes);
  const points = (history ?? []).map(({ date, size_bytes }) => ({ date, values: { size: size_bytes } }));
  const modules = summary?.by_module ?? [];
  const rest = modules.slice(MAX_MODULES).reduce((sum, { total_bytes }) => sum + total_bytes, 0);
  return (
    <>
      {missing.length === 0 ? null : (
        <PartialNote>
          Not known: {missing.map(({ what, reason }) => `${what.replaceAll('_', ' ')} (${reason})`).join(', ')}.
        </PartialNote>
      )}
      <dl class="figures">
        <Figure
          label="Size"
          value={
            database.size_bytes === null ? (
              <Unknown why="too many relations to count in passing" />
            ) : (
              bytes(database.size_bytes)
            )
          }
          exactly={exactBytes(database.size_bytes)}
          source={`PostgreSQL ${server.version}`}
          asOf={as_of}
        />
        <Figure
          label="Tables"
          value={bytes(database.tables_bytes)}
          exactly={exactBytes(database.tables_bytes)}
          note={database.tables_exact ? undefined : 'estimate'}
          source={`${count(database.table_count)} of them, with indexes`}
        />
        <Figure
          label="A day"
          value={growth ? signedBytes(growth.bytes_per_day) : <Unknown why="under 7 recorded days" />}
          {...(growth ? { source: `in 30 days ${bytes(growth.forecast_30_days_bytes)}` } : {})}
        />
        <Figure
          label="Disk left"
          value={
            server.free_bytes === null ? (
              <Unknown why={server.free_error ?? 'Aurora tells none'} />
            ) : (
              bytes(server.free_bytes)
            )
          }
          exactly={exactBytes(server.free_bytes)}
          source="whole server, by CloudWatch"
          asOf={server.free_bytes === null ? undefined : server.free_as_of}
          note={disk === null ? undefined : diskWords(disk)}
        />
        {(server.inactive_slots ?? 0) > 0 || (server.wal_retained_bytes ?? 0) > 0 ? (
          <Figure
            label="WAL held back"
            value={bytes(server.wal_retained_bytes)}
            source={`${count(server.inactive_slots)} replication slots without a reader`}
          />
        ) : null}
      </dl>
      {points.length < 2 ? (
        <p class="faint">{recordWords(record)}</p>
      ) : (
        <Trend
          label={`Size of the database from ${points[0]?.date} to ${points.at(-1)?.date}: from ${bytes(points[0]?.values.size)} to ${bytes(points.at(-1)?.values.size)}`}
          points={points}
          series={['size']}
          format={roundBytes}
          forecast={growth ? { value: growth.forecast_30_days_bytes, days: 30 } : null}
        />
      )}
      <PartsBar
        label="Modules by size"
        parts={[
          ...modules.slice(0, MAX_MODULES).map(({ module, total_bytes }) => ({
            name: module ?? 'no module',
            value: total_bytes,
            text: bytes(total_bytes),
          })),
          ...(rest > 0 ? [{ name: 'other modules', value: rest, text: bytes(rest) }] : []),
        ]}
      />
    </>
  );
}
