/** One table over the recorded days. */
import type { Answer as AnswerOf } from '@mrt/client';
import { useAnswer } from '../../answers/use-answer.ts';
import { Trend } from '../../charts/trend.tsx';
import { SameElsewhere } from '../../parts/same-elsewhere.tsx';
import { Answer } from '../../parts/state.tsx';
import { bytes, roundBytes, signedBytes } from '../../words/numbers.ts';
import { recordWords } from '../../words/record-words.ts';

const DAYS = 90;

export function TableGrowth({ environment, table }: { environment: string; table: string }) {
  const question = { path: '/table_size', query: { environment, table, days: DAYS } } as const;
  const state = useAnswer<AnswerOf<'/table_size'>>(question);
  return (
    <section class="card" aria-labelledby="growth">
      <h2 id="growth">Growth</h2>
      <Answer state={state} what="its recorded days">
        {({ tables = [], record }) => {
          const [row] = tables;
          const points = (row?.history ?? []).map(({ date, total_bytes }) => ({ date, values: { size: total_bytes } }));
          if (points.length < 2) return <p class="faint">{recordWords(record)}</p>;
          return (
            <>
              <p>
                {row?.growth
                  ? `${signedBytes(row.growth.bytes_per_day)} a day, ${bytes(row.growth.forecast_30_days_bytes)} in 30 days if it goes on like this.`
                  : 'Too few days for a trend.'}
              </p>
              <Trend
                label={`Size of ${table} from ${points[0]?.date} to ${points.at(-1)?.date}`}
                points={points}
                series={['size']}
                format={roundBytes}
                forecast={row?.growth ? { value: row.growth.forecast_30_days_bytes, days: 30 } : null}
              />
            </>
          );
        }}
      </Answer>
      <SameElsewhere
        questions={[question]}
        rows={{ name: `${environment}-${table}`, rows: state.data?.tables?.[0]?.history ?? [] }}
      />
    </section>
  );
}
