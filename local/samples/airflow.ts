/**
 * A believable Airflow of a platform team, made anew at each start with its times around now: pipelines that run well, one
 * that fails each night, one that is late, one whose run takes far too long, one that never ran, some that rest.
 */
import type { AirflowData, ModelDag, ModelRun } from '@mrt/local-aws/mwaa/airflow-data.ts';
import { Random } from '@mrt/local-aws/random/seeded-random.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Of runs before now: the window of a week and the one before it. */
const HISTORY_HOURS = 14 * 24;

interface Pipeline {
  id: string;
  schedule: string;
  everyHours: number;
  /** A good run takes about so many seconds. */
  seconds: number;
  /** Of a hundred runs so many fail. */
  failing: number;
  owner: string;
  tags: string[];
  tasks: string[];
}

const EXTRACT = ['extract', 'check', 'load'];

const PIPELINES: readonly Pipeline[] = [
  pipeline('sales_orders', '0 * * * *', 1, 240, 1, 'sales', ['sales', 'hourly']),
  pipeline('sales_invoices', '15 2 * * *', 24, 1_300, 3, 'sales', ['sales', 'nightly']),
  pipeline('crm_contacts', '*/30 * * * *', 0.5, 45, 0, 'crm', ['crm']),
  pipeline('warehouse_load', '0 3 * * *', 24, 3_400, 2, 'platform', ['warehouse', 'nightly']),
  pipeline('stock_levels', '*/15 * * * *', 0.25, 30, 2, 'logistics', ['logistics']),
  pipeline('web_sessions', '5 * * * *', 1, 600, 4, 'web', ['web', 'hourly']),
  pipeline('finance_close', '0 5 1 * *', 720, 5_000, 0, 'finance', ['finance', 'monthly']),
  pipeline('ml_features', '0 */6 * * *', 6, 2_100, 5, 'data-science', ['ml']),
  ...Array.from({ length: 24 }, (_, index) =>
    pipeline(`sync_shop_${String(index + 1).padStart(2, '0')}`, `${index} * * * *`, 1, 60 + index * 5, 1, 'shops', [
      'shops',
      'hourly',
    ]),
  ),
];

function pipeline(
  id: string,
  schedule: string,
  everyHours: number,
  seconds: number,
  failing: number,
  owner: string,
  tags: string[],
): Pipeline {
  return { id, schedule, everyHours, seconds, failing, owner, tags, tasks: EXTRACT };
}

/** @param version of Airflow: 2 has another API than 3 */
export function sampleAirflow(now: number, version = '3.0.6'): AirflowData {
  const random = new Random('airflow');
  const runs = PIPELINES.flatMap((one) => runsOf(one, now, random));
  const dags = PIPELINES.map(dagOf);
  return {
    version,
    dags: [...dags, ...oddDags(now)],
    runs: [...runs, ...oddRuns(now)],
    importErrors: [
      {
        file: '/usr/local/airflow/dags/partner_feed.py',
        trace:
          'Traceback (most recent call last):\n  File "/usr/local/airflow/dags/partner_feed.py", line 3, in <module>\n' +
          "    import paramiko\nModuleNotFoundError: No module named 'paramiko'\n",
        at: now - 5 * HOUR,
      },
    ],
    pools: [
      { name: 'default_pool', slots: 128, running: 3, queued: 0 },
      { name: 'warehouse', slots: 8, running: 6, queued: 2 },
    ],
    components: {
      scheduler: { status: 'healthy', beatAge: 2_000 },
      triggerer: { status: 'healthy', beatAge: 3_000 },
      dag_processor: { status: 'healthy', beatAge: 4_000 },
    },
  };
}

function dagOf({ id, schedule, everyHours, owner, tags, tasks }: Pipeline): ModelDag {
  const step = everyHours * HOUR;
  return {
    ...{ id, schedule, isPaused: false, owners: [owner], tags, tasks },
    // Of whoever looks, and not of the start: a sample that runs for an hour would have no DAG that is not late.
    get nextRun() {
      return (Math.floor(Date.now() / step) + 1) * step;
    },
  };
}

function runsOf({ id, everyHours, seconds, failing, tasks }: Pipeline, now: number, random: Random): ModelRun[] {
  const step = everyHours * HOUR;
  const runs: ModelRun[] = [];
  // A rare one has its last run, however long ago that was.
  const isOld = (due: number) => due <= now - HISTORY_HOURS * HOUR && runs.length > 0;
  for (let due = Math.floor(now / step) * step; !isOld(due); due -= step) {
    const started = due + random.between(1, 20) * 1_000;
    const ended = started + Math.round(seconds * (0.8 + random.next() * 0.4) * 1_000);
    const isFailed = random.between(1, 100) <= failing;
    if (ended > now) continue;
    runs.push(run(id, due, started, ended, isFailed ? (tasks[random.between(0, tasks.length - 1)] ?? null) : null));
  }
  return runs;
}

function run(dag: string, due: number, started: number, ended: number | null, failedTask: string | null): ModelRun {
  const state = ended === null ? 'running' : failedTask === null ? 'success' : 'failed';
  const id = `scheduled__${new Date(due).toISOString()}`;
  return { dag, id, type: 'scheduled', state, queued: due, started, ended, failedTask, conf: {} };
}

/** What is wrong with it says its state. */
function oddDags(now: number): ModelDag[] {
  const odd = (id: string, schedule: string | null, nextRun: number | null, isPaused = false): ModelDag => ({
    id,
    schedule,
    isPaused,
    nextRun,
    owners: ['platform'],
    tags: ['odd'],
    tasks: EXTRACT,
  });
  return [
    odd('partner_prices', '0 4 * * *', now + 9 * HOUR),
    odd('returns_report', '0 6 * * *', now - 47 * MINUTE),
    odd('reindex_search', '0 */6 * * *', now + 4 * HOUR),
    odd('migrate_once', null, null),
    odd('legacy_export', '@daily', now - 40 * 24 * HOUR, true),
    odd('old_crm_sync', '@hourly', null, true),
  ];
}

function oddRuns(now: number): ModelRun[] {
  const daily = (dag: string, count: number, seconds: number, failedTask: (day: number) => string | null) =>
    Array.from({ length: count }, (_, day) => {
      const due = now - (day * 24 + 3) * HOUR;
      return run(dag, due, due + 5_000, due + seconds * 1_000, failedTask(day));
    });
  return [
    // Three nights in a row since the partner changed its file.
    ...daily('partner_prices', 14, 90, (day) => (day < 3 ? 'check' : null)),
    ...daily('returns_report', 14, 300, () => null).slice(1),
    ...[8, 14, 20, 26, 32, 38].map((hours) => {
      const due = now - hours * HOUR;
      return run('reindex_search', due, due + 5_000, due + 20 * MINUTE, null);
    }),
    run('reindex_search', now - 2 * HOUR, now - 2 * HOUR, null, null),
    run('legacy_export', now - 41 * 24 * HOUR, now - 41 * 24 * HOUR, now - 41 * 24 * HOUR + 10 * MINUTE, null),
  ];
}
