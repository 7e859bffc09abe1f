import { describe, expect, test } from 'vitest';
import { operationOf } from '../../../lambdas/airflow_gateway/operation.ts';
import fc from '../../properties.ts';

const RUN = '/dags/etl/dagRuns/manual__2024-01-15T14:30:00+00:00';

describe('what may be read', () => {
  test.each([
    ['/dags', '/dags', null],
    ['/dags/etl_daily', '/dags/{dag}', 'etl_daily'],
    ['/dags/etl_daily/dagRuns', '/dags/{dag}/dagRuns', 'etl_daily'],
    [RUN, '/dags/{dag}/dagRuns/{run}', 'etl'],
    [`${RUN}/taskInstances`, '/dags/{dag}/dagRuns/{run}/taskInstances', 'etl'],
    [`${RUN}/taskInstances/group.load`, '/dags/{dag}/dagRuns/{run}/taskInstances/{task}', 'etl'],
    [`${RUN}/taskInstances/load/listMapped`, '/dags/{dag}/dagRuns/{run}/taskInstances/{task}/listMapped', 'etl'],
    [`${RUN}/taskInstances/load/3`, '/dags/{dag}/dagRuns/{run}/taskInstances/{task}/{number}', 'etl'],
    [`${RUN}/taskInstances/load/logs/1`, '/dags/{dag}/dagRuns/{run}/taskInstances/{task}/logs/{number}', 'etl'],
  ])('GET %s', (path, template, dag) => {
    expect(operationOf('GET', path)).toMatchObject({ template, dag, scope: 'mrt/airflow.read' });
  });

  test('a DAG named in another script, as Airflow allows it', () => {
    expect(operationOf('GET', '/dags/auftr%C3%A4ge')).toMatchObject({ dag: 'aufträge', path: '/dags/auftr%C3%A4ge' });
    expect(operationOf('GET', '/dags/aufträge')).toMatchObject({ dag: 'aufträge', path: '/dags/auftr%C3%A4ge' });
  });

  test('a run id, encoded or not, is the same path to Airflow', () => {
    const plain = operationOf('GET', RUN)?.path;
    expect(plain).toBe(RUN);
    expect(operationOf('GET', '/dags/etl/dagRuns/manual__2024-01-15T14%3A30%3A00%2B00%3A00')?.path).toBe(RUN);
  });
});

test('a run is started by POST alone, with a scope of its own', () => {
  expect(operationOf('POST', '/dags/etl/dagRuns')).toMatchObject({ scope: 'mrt/airflow.trigger', dag: 'etl' });
  expect(operationOf('POST', '/dags/etl')).toBeNull();
  expect(operationOf('POST', RUN)).toBeNull();
});

test.each(['PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'TRACE', 'get', 'post', ''])(
  'nothing is done by %s',
  (method) => {
    expect(operationOf(method, '/dags/etl/dagRuns')).toBeNull();
  },
);

describe('what goes nowhere', () => {
  test.each([
    // Airflow's secrets, and what else is not on the list.
    ...[
      '/connections',
      '/connections/warehouse',
      '/variables',
      '/variables/key',
      '/config',
      '/pools',
      '/users',
      '/roles',
    ],
    ...['/xcoms', '/version', '/health', '/importErrors', '/eventLogs', '/providers', '/plugins', '/dagSources/x'],
    `${RUN}/taskInstances/load/xcomEntries`,
    `${RUN}/taskInstances/load/xcomEntries/return_value`,
    `${RUN}/taskInstances/load/links`,
    '/dags/etl/clearTaskInstances',
    '/dags/etl/details',
    '/dags/etl/tasks',
    // All DAGs at once.
    ...['/dags/~', '/dags/~/dagRuns', '/dags/%7E/dagRuns', '/dags/~/dagRuns/list', '/dags/etl/dagRuns/~'],
    `/dags/etl/dagRuns/~/taskInstances`,
    // Dots, doubled slashes and backslashes.
    ...[
      '/dags/..',
      '/dags/.',
      '/dags/%2e%2e',
      '/dags/%2E%2E/variables',
      '/dags/../variables',
      '/dags/etl/..%2fdagRuns',
    ],
    ...['/dags/..%2Fvariables', '/dags/..%5Cvariables', '/dags/etl/../../variables', '/dags/...'],
    ...['//dags', '/dags/', '/dags//dagRuns', '/dags/etl/', '/./dags', '/dags/./etl', ''],
    // Encoded once more than once.
    ...['/%2564ags', '/dags/%252e%252e', '/dags/etl%252FdagRuns', '/dags/%25', '/variables%252F'],
    // What ends a path, a line or a text elsewhere.
    ...[
      '/dags/etl%00',
      '/dags/etl%0d%0aHost:%20x',
      '/dags/etl%3Fx=1',
      '/dags/etl%23x',
      '/dags/etl;x=1',
      '/dags/etl%20',
    ],
    ...['/dags/etl%', '/dags/%c0%ae%c0%ae', '/dags/%ff', '/dags/etl@evil', '/dags/etl:443'],
    // Other spellings of what is on the list.
    ...['/DAGS', '/Dags', '/dags/etl/dagruns', '/dags/etl/DagRuns', '/api/v1/dags', '/api/v2/dags', 'dags'],
    ...['xdags', 'xdags/etl', '\\dags/etl'],
    ...['http://other/dags', '/http:%2F%2Fother/dags'],
    `/dags/${'x'.repeat(251)}`,
    `${RUN}/taskInstances/load/-1`,
    `${RUN}/taskInstances/load/logs/1e3`,
  ])('%s', (path) => {
    expect(operationOf('GET', path)).toBeNull();
    expect(operationOf('POST', path)).toBeNull();
  });
});

describe('each placeholder', () => {
  const PLACES: [string, (name: string) => string, string][] = [
    ['{dag}', (name) => `/dags/${name}`, 'é.-_7'],
    ['{run}', (name) => `/dags/etl/dagRuns/${name}`, 'aZ9_.~:+-'],
    ['{task}', (name) => `${RUN}/taskInstances/${name}`, 'é.-_7'],
    ['{number}', (name) => `${RUN}/taskInstances/load/${name}`, '123456'],
  ];

  test.each(PLACES)('%s is one name from its first sign to its last', (_, path, good) => {
    expect(operationOf('GET', path(encodeURIComponent(good)))).not.toBeNull();
    for (const wrong of ['/', '\\', '?', '#', '%', '\n', '\0', ' ', ';', '"']) {
      for (const name of [`${wrong}${good}`, `${good}${wrong}`, `${good}${wrong}${good}`]) {
        expect(operationOf('GET', path(encodeURIComponent(name))), name).toBeNull();
      }
    }
  });

  test('has 250 characters at most', () => {
    expect(operationOf('GET', `/dags/${'x'.repeat(250)}`)).not.toBeNull();
    expect(operationOf('GET', `/dags/${'x'.repeat(251)}`)).toBeNull();
  });

  test('may begin or end with a dot or a tilde, which alone have a meaning of their own', () => {
    for (const name of ['.hidden', 'etl.', '..etl', 'a..b']) {
      expect(operationOf('GET', `/dags/${name}`)).toMatchObject({ dag: name, path: `/dags/${name}` });
    }
    for (const name of ['~1', 'manual~']) expect(operationOf('GET', `/dags/etl/dagRuns/${name}`)).not.toBeNull();
  });
});

test('whatever is sent on is read by others as what was judged: no dots, no escape beyond one, one DAG', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(
          fc.constantFrom('dags', 'dagRuns', '..', '%2e', '~', 'etl', '%2F', '%25', 'taskInstances'),
          fc.string(),
        ),
      ),
      (parts) => {
        const operation = operationOf('GET', `/${parts.join('/')}`);
        if (operation === null) return;
        const seen = new URL(operation.path, 'http://airflow');
        expect(seen.pathname).toBe(operation.path);
        expect(seen.search + seen.hash).toBe('');
        expect(decodeURIComponent(operation.path)).not.toMatch(/%|\/\/|\/\.+(\/|$)|\/~(\/|$)/);
        expect(operation.path === '/dags' || operation.path.startsWith('/dags/')).toBe(true);
      },
    ),
    { numRuns: 2000 },
  );
});
