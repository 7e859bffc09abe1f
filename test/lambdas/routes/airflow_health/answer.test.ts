/** The answer as a whole: sums, filters, pages, cuts, and what is said where a part could not be had. */
import { describe, expect, test, vi } from 'vitest';
import { UnknownNameError } from '../../../../lambdas/request-errors.ts';
import { UpstreamFailedError, UpstreamTimeoutError } from '../../../../lambdas/upstream-errors.ts';
import {
  ask,
  dag,
  data,
  failed,
  MINUTE,
  ModelAirflow,
  NO_FIGURES,
  portTo,
  type Question,
  run,
  running,
  SETTINGS,
} from './model.ts';

/** 250 DAGs, of which each tenth fails, with four runs each. */
function many(version = '2.10.3', dags = 250) {
  const ids = Array.from({ length: dags }, (_, index) => `dag_${String(index).padStart(4, '0')}`);
  return new ModelAirflow(
    data({
      version,
      dags: ids.map((id, index) => dag(id, { tags: index % 2 === 0 ? ['even'] : [] })),
      runs: ids.flatMap((id, index) => [
        index % 10 === 0 ? failed(id, 1) : run(id, 1),
        ...[3, 5, 30].map((hours) => run(id, hours)),
      ]),
      importErrors: [{ file: '/dags/a.py', trace: 'Traceback …\n  File "/dags/a.py"\nKeyError: 1', at: Date.now() }],
    }),
  );
}
const SUMS = {
  dags: 250,
  paused: 0,
  states: { failing: 25, late: 0, running_long: 0, paused: 0, never_ran: 0, healthy: 225, unknown: 0 },
  runs: { success: 725, failed: 25, running: 0, queued: 0 },
  success_rate: 0.9667,
  before: { runs: { success: 250, failed: 0 }, success_rate: 1 },
  late: 0,
  running_long: 0,
  failed_tasks: 25,
  import_errors: 1,
  pools: [{ pool: 'default_pool', slots: 128, occupied: 3, running: 2, queued: 1, open: 125 }],
  queue: { scheduled: 0, queued: 0, running: 0 },
};

describe.each(['2.10.3', '3.0.6'])('with Airflow %s', (version) => {
  test('the first page has all that is known of Airflow, with the sums of all DAGs', async () => {
    const { airflow } = portTo(many(version));
    const { body, next } = await ask(airflow, { limit: 10 });
    expect(body).toMatchObject({
      environment: 'etl-prod',
      airflow: { version, api: version.startsWith('2') ? 'v1' : 'v2', authentication: 'mwaa', role: 'Viewer' },
      window: { hours: 24 },
      components: {
        metadatabase: 'healthy',
        scheduler: { status: 'healthy', heartbeat: expect.stringMatching(/Z$/) },
        dag_processor: null,
      },
      import_errors: [{ file: '/dags/a.py', message: 'KeyError: 1' }],
      summary: SUMS,
      complete: true,
    });
    expect(body.dags?.map(({ dag }) => dag)).toEqual(Array.from({ length: 10 }, (_, i) => `dag_000${i}`));
    expect(next).toMatchObject({ after: 'dag_0009', offset: 10 });
  });

  test('pages have every DAG once, and later ones ask for their own runs alone', async () => {
    const { airflow, asked } = portTo(many(version));
    const seen: string[] = [];
    let position: Question['position'] = null;
    do {
      asked.length = 0;
      const { body, next, positions } = await ask(airflow, { limit: 60, position });
      seen.push(...(body.dags ?? []).map(({ dag }) => dag));
      expect(positions).toHaveLength(body.dags?.length ?? 0);
      expect('summary' in body).toBe(position === null);
      if (position !== null) expect(asked.length).toBeLessThan(20);
      position = next;
    } while (position !== null);
    expect(seen).toEqual(Array.from({ length: 250 }, (_, index) => `dag_${String(index).padStart(4, '0')}`));
  });

  test('a summary is the same as the sums of the rows', async () => {
    const { airflow } = portTo(many(version));
    const { body } = await ask(airflow, { parameters: { summary: true } });
    expect(body.summary).toEqual(SUMS);
    expect('dags' in body).toBe(false);
  });
});

describe('filters', () => {
  const rows = async (parameters: Question['parameters'], limit = 100) => {
    const { body, next } = await ask(portTo(many()).airflow, { parameters: parameters ?? {}, limit });
    return { names: body.dags?.map(({ dag }) => dag), sums: body.summary, next };
  };

  test('by state leave the sums as they are, and a page is full though most DAGs are left out', async () => {
    const { names, sums, next } = await rows({ state: 'failing' }, 20);
    expect(names).toEqual(Array.from({ length: 20 }, (_, index) => `dag_${String(index * 10).padStart(4, '0')}`));
    expect(sums?.dags).toBe(250);
    const { airflow } = portTo(many());
    const { body } = await ask(airflow, { parameters: { state: 'failing' }, limit: 20, position: next });
    expect(body.dags?.map(({ dag }) => dag)).toEqual(['dag_0200', 'dag_0210', 'dag_0220', 'dag_0230', 'dag_0240']);
  });

  test('by name and tag narrow the sums', async () => {
    expect((await rows({ dag: 'dag_0007' })).names).toEqual(['dag_0007']);
    expect((await rows({ dag: 'dag_000*' })).sums?.dags).toBe(10);
    expect((await rows({ tag: 'even' })).sums).toMatchObject({ dags: 125, runs: { failed: 25 }, failed_tasks: 25 });
    expect(await rows({ tag: 'odd' })).toMatchObject({ names: [], sums: { dags: 0, success_rate: null } });
    expect((await rows({ dag: 'nothing_*' })).names).toEqual([]);
  });

  test('by a name that no DAG has are a mistake, with the names that were perhaps meant', async () => {
    for (const parameters of [{ dag: 'dag_00071' }, { dag: 'dag_00071', summary: true }]) {
      const refused = await rows(parameters).catch((error: unknown) => error);
      expect(refused).toBeInstanceOf(UnknownNameError);
      expect((refused as UnknownNameError).near).toContain('dag_0007');
    }
    // Airflow itself takes any case and any sign for an underscore.
    await expect(rows({ dag: 'DAG_0007' })).rejects.toBeInstanceOf(UnknownNameError);
  });
});

describe('when the time is over', () => {
  /** The runs of this DAG and of all behind it are not answered for. */
  const lateFrom = (dag: string) => ({
    before: (path: string, body: unknown) => {
      const { dag_ids: [first = ''] = [] } = (body ?? {}) as { dag_ids?: string[] };
      if (path === '/dags/~/dagRuns/list' && first >= dag) throw new UpstreamTimeoutError('airflow');
    },
  });

  test('a summary goes on by its cursor, and its last page has the sums of one that was not cut', async () => {
    const model = many();
    const first = await ask(portTo(model, lateFrom('dag_0100')).airflow, { parameters: { summary: true } });
    expect(first.body).toMatchObject({ complete: false, missing: [{ what: 'dags', reason: 'upstream-timeout' }] });
    expect(first.body.summary).toMatchObject({ dags: 100, runs: { failed: 10 } });
    expect(first.next).toMatchObject({ after: 'dag_0099', offset: 100 });
    const second = await ask(portTo(model).airflow, { parameters: { summary: true }, position: first.next });
    const { import_errors, pools, queue, ...sums } = SUMS;
    expect(second.body).toMatchObject({ complete: true, summary: sums });
    expect(second.body.as_of).toBe(first.body.as_of);
    expect(second.next).toBeNull();
  });

  test('rows that were read are answered, the sums are not known, and the cursor goes on behind them', async () => {
    const { body, next } = await ask(portTo(many(), lateFrom('dag_0100')).airflow, { limit: 1_000 });
    expect(body).toMatchObject({ complete: false, summary: null, components: { metadatabase: 'healthy' } });
    expect(body.dags).toHaveLength(100);
    expect(next).toMatchObject({ after: 'dag_0099' });
  });

  test('a cursor that leads no further is an error, and not a way round in circles', async () => {
    const position = { after: 'dag_0099', offset: 100, until: Date.now() };
    for (const parameters of [{}, { summary: true }]) {
      await expect(ask(portTo(many(), lateFrom('dag_0')).airflow, { position, parameters })).rejects.toBeInstanceOf(
        UpstreamTimeoutError,
      );
    }
  });
});

test('a DAG that comes or goes between two pages moves no other out of them', async () => {
  const model = many();
  const { next } = await ask(portTo(model).airflow, { limit: 50 });
  model.data.dags.unshift(dag('aaa_new'));
  const later = await ask(portTo(model).airflow, { limit: 3, position: next });
  expect(later.body.dags?.map(({ dag }) => dag)).toEqual(['dag_0050', 'dag_0051', 'dag_0052']);
  model.data.dags = model.data.dags.filter(({ id }) => id !== 'aaa_new' && id !== 'dag_0049');
  const gone = await ask(portTo(model).airflow, { limit: 3, position: next });
  expect(gone.body.dags?.map(({ dag }) => dag)).toEqual(['dag_0050', 'dag_0051', 'dag_0052']);
});

describe('a part that fails', () => {
  const failing = (...paths: string[]) => ({
    before: (path: string, body: unknown) => {
      const isCurrent = path === '/dags/~/dagRuns/list' && (body as { dag_ids?: unknown }).dag_ids === undefined;
      if (paths.includes(isCurrent ? 'current' : path)) throw new UpstreamFailedError('airflow', 'access-denied');
    },
  });

  test.each([
    ['/health', 'components', { components: null }],
    ['/pools', 'pools', { summary: { pools: null, dags: 250 } }],
    ['/importErrors', 'import_errors', { import_errors: null, summary: { import_errors: null } }],
  ])('%s is null, with its reason, and the rest is there', async (path, what, shown) => {
    const { body } = await ask(portTo(many(), failing(path)).airflow, { limit: 1 });
    expect(body).toMatchObject({
      complete: false,
      missing: [{ what, reason: 'access-denied' }],
      dags: [{ state: 'failing' }],
    });
    expect(body).toMatchObject(shown);
  });

  test('tasks: rows without the tasks that failed', async () => {
    const { body } = await ask(portTo(many(), failing('/dags/~/dagRuns/~/taskInstances/list')).airflow, { limit: 1 });
    expect(body.missing.map(({ what }) => what)).toEqual(['failed_tasks', 'queue']);
    expect(body).toMatchObject({
      summary: { failed_tasks: null, queue: null },
      dags: [{ failed_tasks: null, state: 'failing' }],
    });
  });

  test('runs: states that cannot be told are null, no sum of them is one, and a paused DAG is paused', async () => {
    const model = many();
    Object.assign(model.data.dags[1] ?? {}, { isPaused: true });
    const { body } = await ask(portTo(model, failing('/dags/~/dagRuns/list')).airflow, { limit: 2 });
    expect(body.dags).toMatchObject([
      {
        state: null,
        reason: 'Its runs could not be read.',
        runs: null,
        success_rate: null,
        before: null,
        last_run: null,
      },
      { state: 'paused', runs: null },
    ]);
    expect(body.summary).toMatchObject({
      dags: 250,
      paused: 1,
      runs: null,
      success_rate: null,
      before: null,
      late: null,
    });
    expect(body.summary?.states).toMatchObject({ unknown: 249, paused: 1, healthy: 0 });
    expect(body).toMatchObject({ complete: false, missing: [{ what: 'runs', reason: 'access-denied' }] });
  });

  test('runs under way: no DAG is called healthy, as one of its runs might take too long', async () => {
    const { body } = await ask(portTo(many(), failing('current')).airflow, { limit: 2 });
    expect(body.dags).toMatchObject([{ state: 'failing' }, { state: null, runs: { success: 3, running: null } }]);
    expect(body.summary).toMatchObject({ runs: { failed: 25, running: null }, running_long: null, late: null });
  });

  test('the DAGs: their list is null, and never an empty one', async () => {
    const { body } = await ask(portTo(many(), failing('/dags')).airflow);
    expect(body).toMatchObject({ dags: null, summary: null, components: { metadatabase: 'healthy' }, complete: false });
    expect(body.missing).toContainEqual({ what: 'dags', reason: 'access-denied' });
  });

  test('everything: the answer is its error', async () => {
    const everything = { before: () => Promise.reject(new UpstreamFailedError('airflow', 'login-refused')) };
    const settings = { ...SETTINGS, authentication: 'token', base_url: 'https://a', secret: 's', mwaa: null } as const;
    await expect(ask(portTo(many(), everything).airflow, { settings })).rejects.toMatchObject({
      reason: 'login-refused',
    });
  });

  test('a bug does not hide in a part', async () => {
    const bug = {
      before: (path: string) => {
        if (path === '/pools') throw new TypeError('x is not a function');
      },
    };
    await expect(ask(portTo(many(), bug).airflow)).rejects.toBeInstanceOf(TypeError);
  });
});

describe('an Airflow of MWAA that is silent', () => {
  const silent = { before: () => Promise.reject(new UpstreamTimeoutError('airflow')) };
  const state = (status: string) => ({ status, version: '2.10.3', class: 'mw1.small', lastUpdate: 'PENDING' });
  const metrics = async () => ({ as_of: '2026-11-26T10:00:00Z', figures: { ...NO_FIGURES, queued_tasks: 7 } });

  test('while it is maintained is answered with that, and with MWAA’s own figures', async () => {
    const { airflow } = portTo(many(), { ...silent, state: state('MAINTENANCE') });
    const { body } = await ask(airflow, { metrics });
    expect(body).toMatchObject({
      airflow: { version: null, api: null },
      mwaa: { status: 'MAINTENANCE', class: 'mw1.small', last_update: 'PENDING', metrics: { queued_tasks: 7 } },
      components: null,
      summary: null,
      dags: null,
      import_errors: null,
      missing: [{ what: 'airflow', reason: 'maintenance' }],
      complete: false,
    });
  });

  test('and of which neither MWAA nor CloudWatch knows anything is gone: the answer is its error', async () => {
    const gone = { before: () => Promise.reject(new UpstreamFailedError('mwaa', 'not-found')) };
    const { airflow } = portTo(many(), gone);
    airflow.environment = () => Promise.reject(new UpstreamFailedError('mwaa', 'not-found'));
    for (const parameters of [{}, { summary: true }]) {
      await expect(ask(airflow, { parameters })).rejects.toMatchObject({ reason: 'not-found' });
    }
    // Minutes ago it was there.
    expect((await ask(airflow, { metrics })).body).toMatchObject({ mwaa: { status: null }, complete: false });
  });

  test('though MWAA calls it available is said to be silent', async () => {
    const { airflow } = portTo(many(), { ...silent, state: state('AVAILABLE') });
    expect((await ask(airflow, { metrics })).body.missing).toEqual([{ what: 'airflow', reason: 'upstream-timeout' }]);
  });
});

test('2,000 DAGs with 20,000 runs take as many requests as there are pages, eight at a time', async () => {
  const ids = Array.from({ length: 2_000 }, (_, index) => `dag_${String(index).padStart(4, '0')}`);
  const runs = ids.flatMap((id) => Array.from({ length: 10 }, (_, index) => run(id, 0.5 + index * 2)));
  let [atOnce, most] = [0, 0];
  const model = new ModelAirflow(data({ dags: ids.map((id) => dag(id)), runs }));
  const { airflow, asked } = portTo(model, {
    before: async (path) => {
      if (path === '/version') return;
      atOnce += 1;
      most = Math.max(most, atOnce);
      await new Promise((resolve) => setTimeout(resolve, 1));
      atOnce -= 1;
    },
  });
  const { body } = await ask(airflow, { parameters: { summary: true } });
  expect(body.summary).toMatchObject({ dags: 2_000, runs: { success: 20_000 }, states: { healthy: 2_000 } });
  expect(asked.filter((path) => path === 'GET /dags')).toHaveLength(20);
  expect(asked.filter((path) => path === 'POST /dags/~/dagRuns/list')).toHaveLength(201);
  expect(most).toBeLessThanOrEqual(8);
});

test('runs of a weekly DAG that has run for years do not hide that another never has', async () => {
  const weekly = Array.from({ length: 250 }, (_, week) => run('weekly', 24 * 7 * (week + 1)));
  const { airflow } = portTo(
    new ModelAirflow(data({ dags: [dag('never'), dag('rare'), dag('weekly')], runs: [...weekly, run('rare', 9_999)] })),
  );
  const { body } = await ask(airflow);
  expect(body.dags?.map(({ state }) => state)).toEqual(['never_ran', 'healthy', 'healthy']);
});

test('an answer is about the moment it was asked, and known for half a minute', async () => {
  vi.useFakeTimers({ now: Date.parse('2026-11-26T10:00:00.500Z'), toFake: ['Date'] });
  try {
    const { airflow } = portTo(new ModelAirflow(data({ dags: [dag('a')], runs: [running('a', 2 * MINUTE)] })));
    const answer = await ask(airflow, { parameters: { window_hours: 48 } });
    expect(answer).toMatchObject({
      as_of: '2026-11-26T10:00:00Z',
      max_age: 30,
      fresh_until: '2026-11-26T10:00:30.000Z',
    });
    expect(answer.body.window).toEqual({ hours: 48, from: '2026-11-24T10:00:00Z', until: '2026-11-26T10:00:00Z' });
  } finally {
    vi.useRealTimers();
  }
});
