/** The questions of a turn: each route that is recorded is asked, and what fails is that route's own error. */
import { type Fault, faultOf, partProblem } from '../faults.ts';
import type { Figure } from '../record/figure.ts';
import type { Recorded } from '../record/latest.ts';
import { type Listed, recordBucketSizes } from './bucket-sizes.ts';
import { fingerprintFigures, recordConstants } from './constants.ts';
import type { Recording, Turn } from './recording.ts';
import { recordAllTables, recordTableSizes } from './table-sizes.ts';
import type { Upstreams } from './upstreams.ts';
import { recordUsers } from './users.ts';

export type Route = 'bucket_size' | 'table_size' | 'users' | 'micro_flow_constants' | 'airflow_health';

/** What became of one route. */
export interface RouteAnswer {
  recording: Recording | null;
  /** Further figures for the day's point; `null`: they could not be had, and the day has no point yet. */
  daily: Figure[] | null;
  error: Recorded['error'];
  faults: readonly Fault[];
}

/**
 * Those that the environment offers. The ones that ask its database do so one after the other, as they share its
 * connection; constants first, which wait for it the shortest.
 */
export async function askRoutes(
  turn: Turn,
  upstreams: Upstreams,
  isDue: (route: Route) => boolean,
  listed: Listed,
): Promise<[Route, RouteAnswer][]> {
  const { offers } = turn.environment;
  const buckets = async (): Promise<[Route, RouteAnswer][]> =>
    offers.includes('bucket_size')
      ? [['bucket_size', await attempt(() => recordBucketSizes(turn, upstreams.buckets, listed), null)]]
      : [];
  const database = async () => {
    const answers: [Route, RouteAnswer][] = [];
    if (offers.includes('micro_flow_constants')) {
      const answer = await attempt(
        () => recordConstants(turn, upstreams.constants),
        async (recording) => (isDue('micro_flow_constants') ? fingerprintFigures(recording) : []),
      );
      answers.push(['micro_flow_constants', answer]);
    }
    if (offers.includes('users')) {
      answers.push(['users', await attempt(() => recordUsers(turn, upstreams.users), null)]);
    }
    if (offers.includes('table_size')) {
      const daily = async () => (isDue('table_size') ? recordAllTables(turn, upstreams.tables) : []);
      answers.push(['table_size', await attempt(() => recordTableSizes(turn, upstreams.tables), daily)]);
    }
    return answers;
  };
  return (await Promise.all([buckets(), database(), airflow(turn, upstreams)])).flat();
}

async function airflow(turn: Turn, upstreams: Upstreams): Promise<[Route, RouteAnswer][]> {
  if (process.env['MRT_WITH_AIRFLOW'] !== 'off' && turn.environment.offers.includes('airflow_health')) {
    const { recordAirflow } = await import('./airflow.ts');
    return [['airflow_health', await attempt(async () => recordAirflow(turn, await upstreams.airflow()), null)]];
  }
  return [];
}

/** @throws what is no upstream's fault: a bug must be seen */
async function attempt<R extends Recording>(
  record: () => Promise<R>,
  daily: ((recording: R) => Promise<Figure[]>) | null,
): Promise<RouteAnswer> {
  let recording: R;
  try {
    recording = await record();
  } catch (error) {
    return { recording: null, daily: null, error: partProblem(error), faults: [faultOf(error)] };
  }
  try {
    return { recording, daily: (await daily?.(recording)) ?? [], error: null, faults: recording.faults };
  } catch (error) {
    return { recording, daily: null, error: null, faults: [...recording.faults, faultOf(error)] };
  }
}
