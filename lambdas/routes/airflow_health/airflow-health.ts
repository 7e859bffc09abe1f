/**
 * GET /airflow_health: what an Airflow says of itself, of its DAGs and of their runs. Whatever could be had is answered;
 * the rest is `null` and named in `missing`. Only where nothing could be had is the answer a problem.
 */

import type { AirflowSettings } from '../../environment-settings.ts';
import type { Answer, EnvironmentRequest } from '../../exchange.ts';
import { NotOfferedError } from '../../request-errors.ts';
import type { AnswerOf, ParametersOf } from '../../route.ts';
import type { Airflow } from '../../upstreams/airflow/airflow.ts';
import type { MwaaFigures } from '../../upstreams/cloudwatch/mwaa-metrics.ts';
import { utc } from '../../utc.ts';
import { components, importErrors, pools, queue } from './airflow-state.ts';
import { type Asked, runsAndTasks } from './asked.ts';
import { dagRows } from './dag-page.ts';
import { dagSums } from './dag-sums.ts';
import { Lists } from './lists.ts';
import { inPlaceOf, metricsOf } from './mwaa.ts';
import { Parts } from './parts.ts';
import type { Position } from './position.ts';
import type { route } from './route.ts';
import { windowOf } from './window.ts';

const DEFAULT_WINDOW_HOURS = 24;
/** States of runs change by the minute. */
const MAX_AGE_SECONDS = 30;

export interface Upstreams {
  /** The Airflow of an environment, until some time before the request's deadline. */
  airflow(settings: AirflowSettings): Airflow;
  /** What CloudWatch has of an MWAA environment. */
  metrics(mwaa: NonNullable<AirflowSettings['mwaa']>): Promise<MwaaFigures>;
}

type Request = EnvironmentRequest<ParametersOf<typeof route>, Position>;
type Body = AnswerOf<typeof route>;

/**
 * @throws NotOfferedError; UnknownNameError for a DAG that is not there; UpstreamFailedError, UpstreamThrottledError,
 *   UpstreamTimeoutError where nothing at all could be had
 */
export async function airflowHealth(request: Request, upstreams: Upstreams): Promise<Answer<Body, Position>> {
  const { environment, parameters, position, limit } = request;
  const settings = environment.airflow;
  if (settings === undefined) throw new NotOfferedError('no Airflow');
  const until = position?.until ?? Math.floor(Date.now() / 1_000) * 1_000;
  const window = windowOf(parameters.window_hours ?? DEFAULT_WINDOW_HOURS, until);
  const airflow = upstreams.airflow(settings);
  const parts = new Parts();
  const isFirst = position === null;

  // AWS's word on the environment does not need Airflow, and tells why it does not answer.
  const { mwaa } = settings;
  const managed =
    mwaa === null || !isFirst
      ? Promise.resolve([null, null] as const)
      : Promise.all([
          parts.of('mwaa', () => airflow.environment()),
          parts.of('metrics', () => upstreams.metrics(mwaa)),
        ]);
  const version = await airflow.version().catch((error: unknown) => ({ error }));
  const isThere = !('error' in version);
  if (isThere) parts.had += 1;
  else parts.lacks('airflow', inPlaceOf(version.error, (await managed)[0]?.status ?? null));

  const asked: Asked = { lists: new Lists(airflow), parts, parameters, window, position, limit };
  const own = isThere ? await ownFigures(asked, isFirst) : nothing(isFirst, parameters.summary === true);
  const [state, figures] = await managed;
  // That it is there is not worth an answer by itself, and neither is a CloudWatch that has nothing.
  const hollow = (isThere ? 1 : 0) + (figures?.as_of === null ? 1 : 0);
  if (parts.had === hollow && parts.firstError !== null) throw parts.firstError;
  const { next, positions, isCut, ...figuresOfAirflow } = own;
  const as_of = utc(new Date(until));
  return {
    body: {
      environment: environment.name,
      source: 'airflow',
      as_of,
      airflow: {
        version: isThere ? version.version : null,
        api: isThere ? version.api : null,
        authentication: settings.authentication,
        role: settings.authentication === 'mwaa' ? (settings.mwaa?.role ?? null) : null,
      },
      window: { hours: window.hours, from: utc(new Date(window.from)), until: as_of },
      ...(isFirst && {
        mwaa:
          mwaa === null
            ? null
            : {
                status: state?.status ?? null,
                class: state?.class ?? null,
                last_update: state?.lastUpdate ?? null,
                metrics: figures === null ? null : metricsOf(figures),
              },
      }),
      ...figuresOfAirflow,
      missing: parts.missing,
      complete: parts.missing.length === 0 && !isCut,
    },
    next,
    ...(positions !== null && { positions }),
    as_of,
    revision: String(Date.now()),
    max_age: MAX_AGE_SECONDS,
    fresh_until: new Date(until + MAX_AGE_SECONDS * 1_000).toISOString(),
    faults: parts.faults,
  };
}

/** What only Airflow knows. */
async function ownFigures(asked: Asked, isFirst: boolean) {
  const { lists, parts, parameters } = asked;
  const about = runsAndTasks(asked);
  const beside = isFirst
    ? Promise.all([
        parts.of('components', () => components(lists)),
        parts.of('import_errors', () => importErrors(lists)),
        parts.of('pools', () => pools(lists)),
        parts.of('queue', () => queue(lists)),
      ])
    : null;
  const dags = parameters.summary === true ? await dagSums(asked, about) : await dagRows(asked, about);
  const rest = await beside;
  const [health, errors, allPools, inQueue] = rest ?? [null, null, null, null];
  const { summary, rows, next, positions, isCut } = dags;
  const whole = summary && {
    ...summary,
    import_errors: errors?.total ?? null,
    pools: allPools,
    queue: inQueue,
  };
  return {
    ...(isFirst && { components: health, import_errors: errors?.shown ?? null }),
    ...((isFirst || parameters.summary === true) && { summary: whole }),
    ...(parameters.summary !== true && { dags: rows }),
    next,
    positions,
    isCut,
  };
}

/** An Airflow that does not say what it is can be asked nothing. */
function nothing(isFirst: boolean, isSummary: boolean) {
  return {
    ...(isFirst && { components: null, import_errors: null }),
    ...((isFirst || isSummary) && { summary: null }),
    ...(!isSummary && { dags: null }),
    next: null,
    positions: null,
    isCut: true,
  };
}
