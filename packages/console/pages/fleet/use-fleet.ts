/** All that the fleet's page asks: a summary of each route for all environments, then what only single ones can tell. */
import type { Environment, FleetAnswer } from '@mrt/client';
import { useEffect, useState } from 'preact/hooks';
import type { Question } from '../../address/question.ts';
import { may, useApi } from '../../answers/api-context.ts';
import { SCOPES } from '../../answers/failure.ts';
import { type AnswerState, useAnswer } from '../../answers/use-answer.ts';
import { type DiskForecast, diskForecast } from '../../figures/disk-forecast.ts';

/** So many single questions at once, so that a large fleet is no burst. */
const MAX_AT_ONCE = 4;
/** Days of the trend: what the forecast looks back at. */
const TREND_DAYS = 31;

export interface FleetStates {
  buckets: AnswerState<FleetAnswer<'/bucket_size'>>;
  tables: AnswerState<FleetAnswer<'/table_size'>>;
  users: AnswerState<FleetAnswer<'/users'>>;
  constants: AnswerState<FleetAnswer<'/micro_flow_constants'>>;
  airflows: AnswerState<FleetAnswer<'/airflow_health'>>;
}

/** The question about all environments; `null` where the person may not ask it of any. */
export function fleetQuestion(
  path: keyof typeof SCOPES,
  label: string | undefined,
  environments: readonly Environment[],
): Question | null {
  if (!environments.some((environment) => may(environment, path.slice(1), SCOPES[path] ?? []))) return null;
  const query = { environment: '*', ...(path === '/bucket_size' ? {} : { summary: true }), limit: 1000, label };
  return { path: path as Question['path'], query };
}

export function useFleet(questions: Record<keyof FleetStates, Question | null>): FleetStates {
  return {
    buckets: useAnswer(questions.buckets),
    tables: useAnswer(questions.tables),
    users: useAnswer(questions.users),
    constants: useAnswer(questions.constants),
    airflows: useAnswer(questions.airflows),
  };
}

/**
 * Answers of single environments, one after the other as they come. What fails is left out: the page says that it is not
 * known.
 *
 * @param names in the order in which they are asked; a new list begins anew
 */
function useEach<T>(names: readonly string[], question: (name: string) => Question): ReadonlyMap<string, T> {
  const { client, kept } = useApi();
  const [answers, setAnswers] = useState<ReadonlyMap<string, T>>(new Map());
  const key = names.join(' ');
  useEffect(() => {
    const abort = new AbortController();
    const waiting = [...names];
    const ask = async () => {
      for (let name = waiting.shift(); name !== undefined && !abort.signal.aborted; name = waiting.shift()) {
        const { path, query } = question(name);
        const place = `${path} ${JSON.stringify(query)}`;
        try {
          const get = client.get as (path: string, query: object, options: object) => Promise<unknown>;
          const data = kept.get(place)?.data ?? (await get.call(client, path, query, { signal: abort.signal }));
          kept.set(place, { data, at: Date.now() });
          const own = name;
          if (!abort.signal.aborted) setAnswers((before) => new Map(before).set(own, data as T));
        } catch {
          // Its own page says what is wrong.
        }
      }
    };
    for (let index = 0; index < MAX_AT_ONCE; index += 1) void ask();
    return () => abort.abort();
  }, [key]);
  return answers;
}

/** When the disk of each environment will be full, by its recorded days. */
export function useDisks(
  tables: FleetAnswer<'/table_size'> | null,
): ReadonlyMap<string, { forecast: DiskForecast | null; sizes: (number | null)[] }> {
  const known = (tables?.environments ?? []).filter(({ summary }) => summary?.database.server.free_bytes != null);
  // The least free space first: its forecast is waited for most.
  const freeOf = (name: string) =>
    known.find(({ environment }) => environment === name)?.summary?.database.server.free_bytes ?? null;
  const names = known
    .map(({ environment }) => environment)
    .toSorted((one, other) => (freeOf(one) ?? 0) - (freeOf(other) ?? 0));
  const answers = useEach<{ history?: Parameters<typeof diskForecast>[0] | null }>(names, (environment) => ({
    path: '/table_size',
    query: { environment, summary: true, days: TREND_DAYS },
  }));
  return new Map(
    [...answers].map(([name, { history }]) => [
      name,
      {
        forecast: diskForecast(history ?? [], freeOf(name)),
        sizes: (history ?? []).map(({ size_bytes }) => size_bytes),
      },
    ]),
  );
}
