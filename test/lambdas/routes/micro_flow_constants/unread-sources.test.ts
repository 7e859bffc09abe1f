/** While a source cannot be read, nothing is claimed that it may have decided; what it cannot have decided is known. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { route } from '../../../../lambdas/routes/micro_flow_constants/route.ts';
import { metadataJson, zip } from '../../mendix/archive/archives.ts';
import { type Deployments, environment, override, startDeployments } from './deployments.ts';

const FORGOTTEN = 'mk-7Qd2vXw9LrT4sYh8NbE5zKf1JcUa6PgM';

const model = metadataJson([
  { Name: 'M.Key', Type: 'String', DefaultValue: FORGOTTEN },
  { Name: 'M.Need', Type: 'Integer', DefaultValue: '' },
  { Name: 'M.Plain', Type: 'String', DefaultValue: 'd' },
]);
const SETTINGS = 'mxruntime:\n  MicroflowConstants: {M.Key: x, M.Need: 5, M.Plain: set}\n';

const prod = environment('prod');
const acc = environment('acc');
const layered = environment('prod', {
  overrides: [
    override('prod-top', 'json_map', 'config/top.json'),
    override('prod-config', 'm2ee_yaml', 'config/prod.yaml'),
    override('prod-bottom', 'json_map', 'config/bottom.json'),
  ],
});

let s3: Deployments;
beforeAll(async () => {
  s3 = await startDeployments();
});
afterAll(() => s3.stop());
beforeEach(async () => {
  for (const name of ['prod', 'acc']) {
    s3.put(`${name}/Shop.mda`, await zip(model));
    s3.put(`config/${name}.yaml`, SETTINGS);
  }
  s3.put('config/top.json', '{}');
  s3.put('config/bottom.json', '{}');
});
afterEach(() => {
  s3.faults.clear();
  s3.chill();
});

const body = async (...question: Parameters<Deployments['ask']>) => {
  const answer = await s3.ask(...question);
  expect(route.answer.safeParse(answer.body).error).toBe(undefined);
  return answer.body;
};
const row = async (name: string, ...question: Parameters<Deployments['ask']>) =>
  (await body(...question)).constants?.find((constant) => constant.name === name);

const FAILURES: [string, () => void][] = [
  ['that is gone', () => s3.remove('config/prod.yaml')],
  ['that is no YAML', () => s3.put('config/prod.yaml', 'mxruntime:\n\tMicroflowConstants:')],
  ['that is too large', () => s3.put('config/prod.yaml', 'x'.repeat(1_000_001))],
  ['that is no m2ee.yaml', () => s3.put('config/prod.yaml', '- a list')],
];

describe.each(FAILURES)('a source of overrides %s', (_, spoil) => {
  beforeEach(() => spoil());

  test('leaves what it may set unknown, with a note that names it', async () => {
    for (const name of ['M.Key', 'M.Need', 'M.Plain']) {
      expect(await row(name, prod)).toMatchObject({
        value: null,
        value_known: false,
        state: null,
        won_by: null,
        empty: null,
        fingerprint: null,
        note: expect.stringContaining('prod-config'),
      });
    }
  });

  test('leaves the model’s defaults what they are', async () => {
    expect(await row('M.Plain', prod)).toMatchObject({ default_value: 'd', default_empty: false });
  });

  test('raises no finding', async () => {
    expect((await body(prod)).findings).toEqual([]);
  });

  test('leaves counts unknown that it may change', async () => {
    expect((await body(prod, { summary: true })).summary).toEqual({
      ...{
        declared: 3,
        overridden: null,
        default: null,
        missing: null,
        obsolete: null,
        secret: null,
        secret_unknown: null,
        unknown: 3,
      },
    });
  });

  test('matches no state, and is found by value_known', async () => {
    for (const state of ['default', 'overridden', 'missing', 'obsolete'] as const) {
      expect((await body(prod, { state })).constants).toEqual([]);
    }
    expect((await body(prod, { value_known: false })).constants?.length).toBe(3);
    expect((await body(prod, { empty: true })).constants).toEqual([]);
  });

  test('is counted as a fault of the source', async () => {
    const { faults } = await s3.ask(prod);
    expect(faults).toMatchObject([{ source: 'prod-config', reason: (await body(prod)).sources[1]?.error?.reason }]);
  });

  test('leaves open whether a name is known: no 404', async () => {
    expect((await body(prod, { name: 'M.Perhaps' })).constants).toEqual([]);
    expect((await body(prod, { module: 'Perhaps' })).complete).toBe(false);
  });

  test('is a candidate that did not win', async () => {
    expect((await row('M.Plain', prod, { explain: true }))?.candidates).toMatchObject([
      { source: 'prod-config', value: null, value_known: false, won: false },
      { source: 'prod-archive', via: 'DefaultValue', value: 'd', won: false },
    ]);
  });

  test('makes no difference between environments, in either direction', async () => {
    const asked: [typeof prod, string, typeof prod][] = [
      [prod, 'acc', acc],
      [acc, 'prod', prod],
    ];
    for (const [here, compare, other] of asked) {
      const answer = await body(here, { compare }, { others: [other] });
      expect(answer.differences).toEqual([]);
      expect(answer.summary).toEqual({ equal: 0, different: 0, only_here: 0, only_there: 0, unknown: 3 });
      expect(answer.findings).toEqual([]);
      expect(answer.complete).toBe(false);
    }
  });
});

describe('of several sources', () => {
  beforeEach(() => s3.remove('config/prod.yaml'));

  test('what one above the failed one sets is known', async () => {
    s3.put('config/top.json', '{"M.Plain": "top"}');
    expect(await row('M.Plain', layered)).toMatchObject({
      value: 'top',
      value_known: true,
      state: 'overridden',
      won_by: 'prod-top',
      note: null,
    });
    expect(await row('M.Key', layered)).toMatchObject({ value_known: false });
  });

  test('all that the model declares set above it leaves all counts of it known', async () => {
    s3.put('config/top.json', JSON.stringify({ 'M.Key': 'k', 'M.Need': 1, 'M.Plain': 'top' }));
    expect((await body(layered)).summary).toMatchObject({ overridden: 3, default: 0, missing: 0, obsolete: null });
  });

  test('what one below the failed one sets is overridden, and not known to what', async () => {
    s3.put('config/bottom.json', '{"M.Plain": "bottom", "Old.Name": "x"}');
    expect(await row('M.Plain', layered)).toMatchObject({
      value: null,
      value_known: false,
      state: 'overridden',
      won_by: null,
    });
    expect(await row('Old.Name', layered)).toMatchObject({ value: null, value_known: false, state: 'obsolete' });
  });

  test('two that failed are both told', async () => {
    s3.remove('config/top.json');
    const answer = await body(layered);
    expect(answer.sources.flatMap(({ source, error }) => (error === null ? [] : [source]))).toEqual([
      'prod-top',
      'prod-config',
    ]);
    expect(await row('M.Plain', layered)).toMatchObject({ note: expect.stringContaining('prod-top') });
  });
});

describe('a model that cannot be read', () => {
  beforeEach(() => s3.put('prod/Shop.mda', 'not a zip'));

  test('leaves what is set known, and open whether it is declared', async () => {
    expect(await row('M.Plain', prod)).toMatchObject({
      value: 'set',
      value_known: true,
      state: null,
      won_by: 'prod-config',
      default_value: null,
      type: null,
    });
  });

  test('makes nothing "only there": what is not listed may be at its default', async () => {
    s3.put('config/prod.yaml', 'mxruntime:\n  MicroflowConstants: {M.Plain: set}\n');
    const answer = await body(prod, { compare: 'acc' }, { others: [acc] });
    expect(answer.differences).toEqual([]);
    expect(answer.summary).toEqual({ equal: 0, different: 0, only_here: 0, only_there: 0, unknown: 3 });
    const back = await body(acc, { compare: 'prod' }, { others: [prod] });
    expect(back.differences).toEqual([]);
  });

  test('does not hide that values differ', async () => {
    s3.put('config/prod.yaml', 'mxruntime:\n  MicroflowConstants: {M.Plain: other}\n');
    const answer = await body(prod, { compare: 'acc', name: 'M.Plain' }, { others: [acc] });
    expect(answer.differences?.map(({ change }) => change)).toEqual(['value']);
    expect(answer.summary).toMatchObject({ different: 1 });
  });
});

test('without any model, environments are compared by what is set', async () => {
  const without = (name: string) =>
    environment(name, { archive: null, overrides: [override(`${name}-config`, 'json_map', `config/${name}.json`)] });
  s3.put('config/prod.json', '{"A.Same":"x","A.Other":1,"A.Here":1}');
  s3.put('config/acc.json', '{"A.Same":"x","A.Other":2}');
  const answer = await body(without('prod'), { compare: 'acc' }, { others: [without('acc')] });
  expect(answer.differences?.map(({ name, change }) => [name, change])).toEqual([
    ['A.Here', 'only_here'],
    ['A.Other', 'value'],
  ]);
  expect(answer.summary).toEqual({ equal: 1, different: 1, only_here: 1, only_there: 0, unknown: 0 });
  expect((await body(without('prod'))).summary).toMatchObject({ declared: null, overridden: 3, default: null });
});

describe('a source that includes what is not read', () => {
  const including = `include: [/etc/m2ee/more.yaml]\n${SETTINGS}`;

  test('is told, and makes the answer incomplete', async () => {
    s3.put('config/prod.yaml', including);
    const answer = await body(prod);
    expect(answer.complete).toBe(false);
    expect(answer.sources).toMatchObject([
      { source: 'prod-archive', error: null, notes: [] },
      { source: 'prod-config', error: null, notes: [expect.stringContaining('includes 1 other file')] },
    ]);
    expect(await row('M.Plain', prod)).toMatchObject({
      value: null,
      value_known: false,
      state: 'overridden',
      won_by: null,
    });
  });
});

test('nothing that failed is no fault', async () => {
  expect((await s3.ask(prod, { compare: 'acc' }, { others: [acc] })).faults).toEqual([]);
});

test('a constant that one place alone sets elsewhere leaves the answer complete', async () => {
  const inContainers = environment('prod', { overrides: [override('prod-env', 'environment_file', 'config/app.env')] });
  s3.put('config/app.env', 'MX_M_Plain\nMX_M_Need=5\n');
  const answer = await body(inContainers);
  expect(answer).toMatchObject({
    complete: true,
    summary: { overridden: null, default: null, unknown: 1, obsolete: 0 },
  });
  expect(await row('M.Plain', inContainers)).toMatchObject({ state: null, value_known: false, default_value: 'd' });
});
