import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Scope } from '../../../../lambdas/contract.ts';
import {
  InvalidParameterError,
  MissingScopeError,
  NotOfferedError,
  UnknownEnvironmentError,
} from '../../../../lambdas/request-errors.ts';
import { route } from '../../../../lambdas/routes/micro_flow_constants/route.ts';
import { DatabaseUnavailableError, UpstreamThrottledError } from '../../../../lambdas/upstream-errors.ts';
import { forgetThrottling } from '../../../../lambdas/upstreams/throttling.ts';
import { metadataJson, zip } from '../../mendix/archive/archives.ts';
import { archive, type Deployments, environment, override, startDeployments } from './deployments.ts';

const SECRET = 'Xw4tN8rQ2kVz7LmB5pHs9CdJ1fYgU6aE';
const FORGOTTEN = 'mk-7Qd2vXw9LrT4sYh8NbE5zKf1JcUa6PgM';

const model = metadataJson(
  [
    { Name: 'Encryption.EncryptionKey', Type: 'String', DefaultValue: '' },
    { Name: 'Mail.ApiKey', Type: 'String', DefaultValue: FORGOTTEN },
    { Name: 'Mail.SmtpHost', Type: 'String', DefaultValue: 'smtp.example.com' },
    { Name: 'Sales.MaxOrderLines', Type: 'Integer', DefaultValue: '200' },
    { Name: 'Sales.RecountFrom', Type: 'DateTime', DefaultValue: '' },
    { Name: 'Sales.VatRate', Type: 'Decimal', DefaultValue: '21.00' },
  ],
  '1.4.2.311',
);

const config = (constants: string) => `mxruntime:\n  MicroflowConstants: {${constants}}\n`;
const READ: Scope[] = ['mrt/micro_flow_constants.read'];
const REVEAL: Scope[] = [...READ, 'mrt/micro_flow_constants.reveal'];

let s3: Deployments;
const prod = environment('prod');
const acc = environment('acc');

beforeAll(async () => {
  s3 = await startDeployments();
});
afterAll(() => s3.stop());

beforeEach(async () => {
  s3.put('prod/Shop_1.4.2.mda', await zip(model), '2026-11-01T09:50:00Z');
  s3.put(
    'config/prod.yaml',
    config(`Encryption.EncryptionKey: ${SECRET}, Sales.MaxOrderLines: 500, Old.Name: x`),
    '2026-11-01T10:00:00Z',
  );
  s3.put('acc/Shop_1.2.0.mda', await zip(model), '2026-06-01T00:00:00Z');
  s3.put(
    'config/acc.yaml',
    config(`Encryption.EncryptionKey: ${SECRET}, Mail.SmtpHost: mail.example.com`),
    '2026-06-02T00:00:00Z',
  );
});
afterEach(() => {
  forgetThrottling();
  s3.faults.clear();
  s3.chill();
  s3.deployed = null;
  s3.ranges.length = 0;
});

const body = async (...question: Parameters<Deployments['ask']>) => {
  const answer = await s3.ask(...question);
  // Every answer is as the route declares it.
  expect(route.answer.safeParse(answer.body).error).toBe(undefined);
  return answer.body;
};
const named = async (name: string, ...question: Parameters<Deployments['ask']>) =>
  (await body(...question)).constants?.find((constant) => constant.name === name);
const errorOf = (sources: { source: string; error: { reason: string } | null }[]) =>
  sources.flatMap(({ source, error }) => (error === null ? [] : [`${source}: ${error.reason}`]));

describe('what is configured', () => {
  test('the newest archive’s model with what the environment sets', async () => {
    s3.put('prod/Shop_1.4.1.mda', await zip(metadataJson([])), '2026-10-01T00:00:00Z');
    s3.put('prod/readme.txt', 'not an archive', '2026-11-20T00:00:00Z');
    const answer = await body(prod);
    expect(answer).toMatchObject({
      environment: 'prod',
      source: 'archive+overrides',
      as_of: '2026-11-01T10:00:00Z',
      model: {
        project: 'Shop',
        version: '1.4.2.311',
        runtime_version: '10.24.15.93102',
        archive_modified: '2026-11-01T09:50:00Z',
      },
      summary: { declared: 6, overridden: 2, default: 3, missing: 1, obsolete: 1, secret: 2, unknown: 0 },
      complete: true,
    });
    expect(answer.constants?.map(({ name, state, value, won_by }) => [name, state, value, won_by])).toEqual([
      ['Encryption.EncryptionKey', 'overridden', null, 'prod-config'],
      ['Mail.ApiKey', 'default', null, 'prod-archive'],
      ['Mail.SmtpHost', 'default', 'smtp.example.com', 'prod-archive'],
      ['Old.Name', 'obsolete', 'x', 'prod-config'],
      ['Sales.MaxOrderLines', 'overridden', 500, 'prod-config'],
      ['Sales.RecountFrom', 'missing', null, null],
      ['Sales.VatRate', 'default', '21.00', 'prod-archive'],
    ]);
    s3.remove('prod/readme.txt');
    s3.remove('prod/Shop_1.4.1.mda');
  });

  test('from a plain metadata.json, and from an exact key', async () => {
    s3.put('plain/metadata.json', model);
    const plain = environment('prod', {
      archive: archive('prod', { key: 'plain/metadata.json', format: 'metadata_json' }),
    });
    const exact = environment('prod', { archive: archive('prod', { key: 'prod/Shop_1.4.2.mda' }) });
    const newest = await body(prod);
    expect((await body(plain)).constants).toEqual(newest.constants);
    expect((await body(exact)).constants).toEqual(newest.constants);
  });

  test('the database says whether the archive’s model is the one deployed', async () => {
    const withDatabase = { ...prod, database: database() };
    s3.deployed = { model_version: '1.4.2.311', mendix_version: '10.24.15.93102' };
    expect((await body(withDatabase)).model?.deployed).toBe(true);
    s3.deployed = { model_version: '1.4.1.298', mendix_version: '10.24.15.93102' };
    const other = await body(withDatabase);
    expect(other.model).toMatchObject({ deployed: false, deployed_version: '1.4.1.298' });
    expect(other.findings).toContainEqual(expect.objectContaining({ finding: 'model-not-deployed' }));
    s3.deployed = { model_version: 'unversioned', mendix_version: null };
    expect((await body(withDatabase)).model?.deployed).toBe(false);
  });

  test('explain shows all candidates in order', async () => {
    expect((await named('Sales.MaxOrderLines', prod, { explain: true }))?.candidates).toMatchObject([
      { source: 'prod-config', via: 'mxruntime.MicroflowConstants', value: 500, won: true },
      { source: 'prod-archive', via: 'DefaultValue', value: 200, won: false },
    ]);
    expect(await named('Sales.MaxOrderLines', prod)).not.toHaveProperty('candidates');
  });

  test('filters narrow the rows, not the summary', async () => {
    const names = async (parameters: Parameters<Deployments['ask']>[1]) =>
      (await body(prod, parameters)).constants?.map(({ name }) => name);
    expect(await names({ module: 'Mail' })).toEqual(['Mail.ApiKey', 'Mail.SmtpHost']);
    expect(await names({ name: 'Mail.ApiKey' })).toEqual(['Mail.ApiKey']);
    expect(await names({ type: 'integer' })).toEqual(['Sales.MaxOrderLines']);
    expect(await names({ state: 'missing' })).toEqual(['Sales.RecountFrom']);
    expect(await names({ secret: 'true' })).toEqual(['Encryption.EncryptionKey', 'Mail.ApiKey']);
    expect(await names({ empty: true })).toEqual(['Sales.RecountFrom']);
    expect(await names({ value_known: false })).toEqual([]);
    expect((await body(prod, { module: 'Mail' })).summary).toEqual((await body(prod)).summary);
    expect(await body(prod, { summary: true })).not.toHaveProperty('constants');
  });

  test('a module or a constant that nothing has is told, with near names', async () => {
    await expect(s3.ask(prod, { module: 'Mial' })).rejects.toMatchObject({
      name: 'UnknownNameError',
      parameter: 'module',
      unknown: 'Mial',
      near: ['Mail'],
    });
    await expect(s3.ask(prod, { name: 'mail.smtphost' })).rejects.toMatchObject({
      parameter: 'name',
      near: ['Mail.SmtpHost'],
    });
    expect((await body(prod, { name: 'Mail.SmtpHost', module: 'Sales' })).constants).toEqual([]);
  });

  test('what only the compared environment has is a name like any other', async () => {
    s3.put('config/acc.yaml', config('Only.There: x'));
    const answer = await body(prod, { name: 'Only.There', compare: 'acc' }, { others: [acc] });
    expect(answer.differences?.map(({ change }) => change)).toEqual(['only_there']);
    await expect(s3.ask(prod, { name: 'Only.Their', compare: 'acc' }, { others: [acc] })).rejects.toMatchObject({
      near: ['Only.There'],
    });
  });

  test('pages follow each other by name', async () => {
    const first = await s3.ask(prod, {}, { limit: 4 });
    const second = await s3.ask(prod, {}, { limit: 4, ...(first.next === null ? {} : { position: first.next }) });
    const whole = await body(prod);
    expect([...(first.body.constants ?? []), ...(second.body.constants ?? [])]).toEqual(whole.constants);
    expect(second.next).toBe(null);
  });
});

describe('secrets', () => {
  test('no answer without reveal holds one, its default or its length', async () => {
    const answers = [
      await s3.ask(prod, { explain: true }),
      await s3.ask(prod, { summary: true }),
      await s3.ask(prod, { compare: 'acc' }, { others: [acc], scopes: REVEAL }),
    ];
    for (const answer of answers) {
      expect(answer.disclosed ?? []).toEqual([]);
      expect(JSON.stringify(answer)).not.toContain(SECRET);
      expect(JSON.stringify(answer)).not.toContain(FORGOTTEN);
    }
  });

  test('reveal gives them in clear, and the audit line their names', async () => {
    const answer = await s3.ask(prod, { reveal: true, module: 'Encryption' }, { scopes: REVEAL });
    expect(answer.body.constants).toMatchObject([{ value: SECRET, default_value: '', secret: true, masked: false }]);
    expect(answer.disclosed).toEqual(['Encryption.EncryptionKey']);
    const harmless = await s3.ask(prod, { reveal: true, name: 'Mail.SmtpHost' }, { scopes: REVEAL });
    expect(harmless.disclosed).toEqual([]);
  });

  test('reveal needs its scope, and name or module', async () => {
    await expect(s3.ask(prod, { reveal: true, module: 'Mail' }, { scopes: READ })).rejects.toThrow(MissingScopeError);
    await expect(s3.ask(prod, { reveal: true }, { scopes: REVEAL })).rejects.toThrow(InvalidParameterError);
    await expect(s3.ask(prod, { reveal: false }, { scopes: READ })).resolves.toMatchObject({
      body: { complete: true },
    });
  });

  test('fingerprints tell equal values, with the key’s version, in all environments', async () => {
    const here = await named('Encryption.EncryptionKey', prod);
    const there = await named('Encryption.EncryptionKey', acc);
    expect(here?.fingerprint).toMatch(/^v1:[0-9a-f]{32}$/);
    expect(there?.fingerprint).toBe(here?.fingerprint);
    expect(here?.default_fingerprint).not.toBe(here?.fingerprint);
  });

  test('the forgotten default is found, the overridden one is not', async () => {
    const { findings } = await body(prod);
    const forgotten = findings.filter(({ finding }) => finding === 'secret-left-at-default').map(({ name }) => name);
    expect(forgotten).toEqual(['Mail.ApiKey']);
  });

  test('overriding a secret with the package’s own value is still leaving it at its default', async () => {
    s3.put('config/prod.yaml', config(`Mail.ApiKey: ${FORGOTTEN}`));
    const { findings } = await body(prod);
    expect(findings).toContainEqual(
      expect.objectContaining({ finding: 'secret-left-at-default', name: 'Mail.ApiKey' }),
    );
  });
});

describe('findings', () => {
  test('name what an operator should look at', async () => {
    const declared = [
      { Name: 'A_B.C', Type: 'String', DefaultValue: '' },
      { Name: 'A.B_C', Type: 'String', DefaultValue: '' },
      { Name: 'Sales.Lines', Type: 'Integer', DefaultValue: '1' },
      { Name: 'Sales.Lines', Type: 'Integer', DefaultValue: '2' },
      { Name: 'Mail.Host', Type: 'String', DefaultValue: '' },
    ];
    s3.put('prod/Shop_1.4.2.mda', await zip(metadataJson(declared)));
    s3.put('config/app.env', 'MX_A_B_C=v\nMX_Sales_Lines=many\n');
    s3.put(
      'config/app.yaml',
      'kind: MendixApp\nspec: {runtime: {microflowConstants: {Mail.Host: h}}}\n---\nkind: Secret\ndata: {mx-const-Mail.Host: eA==}\n',
    );
    const overrides = [
      override('prod-env', 'environment_file', 'config/app.env'),
      override('prod-app', 'mendix_app', 'config/app.yaml'),
    ];
    const { findings } = await body(environment('prod', { overrides }));
    expect(findings.map(({ finding, name }) => `${finding} ${name}`)).toEqual([
      'declared-twice Sales.Lines',
      'ambiguous-variable A.B_C',
      'ambiguous-variable A_B.C',
      'precedence-not-documented Mail.Host',
      'value-does-not-fit-type Sales.Lines',
    ]);
    expect(JSON.stringify(findings)).not.toContain('many');
  });
});

describe('comparison', () => {
  test('says what differs, what is the same secret, and where only the other overrides', async () => {
    const answer = await body(prod, { compare: 'acc' }, { others: [acc] });
    expect(answer.compared_with).toBe('acc');
    expect(
      answer.differences?.map(({ name, change, here, there }) => [name, change, here?.value, there?.value]),
    ).toEqual([
      ['Mail.SmtpHost', 'value', 'smtp.example.com', 'mail.example.com'],
      ['Mail.SmtpHost', 'state', 'smtp.example.com', 'mail.example.com'],
      ['Old.Name', 'only_here', 'x', undefined],
      ['Sales.MaxOrderLines', 'value', 500, 200],
      ['Sales.MaxOrderLines', 'state', 500, 200],
    ]);
    expect(answer.summary).toEqual({ equal: 4, different: 2, only_here: 1, only_there: 0, unknown: 0 });
    const findings = answer.findings.map(({ finding, name }) => `${finding} ${name}`);
    expect(findings).toContain('same-secret-in-both Encryption.EncryptionKey');
    expect(findings).toContain('overridden-there-default-here Mail.SmtpHost');
    expect(findings).toContain('secret-left-at-default Mail.ApiKey');
    expect(findings).not.toContain('overridden-there-default-here Encryption.EncryptionKey');
  });

  test('needs an environment that the caller may read', async () => {
    await expect(s3.ask(prod, { compare: 'acc' })).rejects.toThrow(UnknownEnvironmentError);
  });

  test('what is in a store that is not read is unknown, not different', async () => {
    s3.put('config/app.yaml', 'kind: MendixApp\nspec: {}\n---\nkind: Secret\ndata: {mx-const-Mail.SmtpHost: eA==}\n');
    const kubernetes = environment('acc', { overrides: [override('acc-app', 'mendix_app', 'config/app.yaml')] });
    const answer = await body(prod, { compare: 'acc', name: 'Mail.SmtpHost' }, { others: [kubernetes] });
    expect(answer.summary).toEqual({ equal: 0, different: 0, only_here: 0, only_there: 0, unknown: 1 });
    expect(answer.differences?.map(({ change }) => change)).toEqual(['state']);
  });

  test('pages hold all differences of their constants', async () => {
    const first = await s3.ask(prod, { compare: 'acc' }, { others: [acc], limit: 1 });
    expect(first.body.differences?.map(({ name }) => name)).toEqual(['Mail.SmtpHost', 'Mail.SmtpHost']);
    expect(first.next).toEqual({ after: 'Mail.SmtpHost' });
  });
});

test.each([
  [{ reveal: true, name: 'A.B', compare: 'acc' }, InvalidParameterError],
  [{ reveal: true, name: 'A.B', summary: true }, InvalidParameterError],
  [{ explain: true, summary: true }, InvalidParameterError],
  [{ explain: true, compare: 'acc' }, InvalidParameterError],
])('%j is refused: nothing is silently ignored', async (parameters, error) => {
  await expect(s3.ask(prod, parameters, { others: [acc], scopes: REVEAL })).rejects.toThrow(error);
});

describe('a source that fails', () => {
  test('an archive that is broken leaves the overrides, undeclared and nothing obsolete', async () => {
    s3.put('prod/Shop_1.4.2.mda', (await zip(model)).subarray(0, 200));
    const answer = await body(prod);
    expect(answer).toMatchObject({ complete: false, model: null });
    const unknown = {
      declared: null,
      overridden: null,
      default: null,
      missing: null,
      obsolete: null,
      secret: null,
      secret_unknown: null,
    };
    expect(answer.summary).toEqual({ ...unknown, unknown: 0 });
    expect(errorOf(answer.sources)).toEqual(['prod-archive: truncated']);
    expect(await named('Encryption.EncryptionKey', prod)).toMatchObject({
      value: null,
      value_known: true,
      masked: true,
      type: null,
      state: null,
      won_by: 'prod-config',
    });
  });

  test.each([
    ['gone', () => s3.remove('config/prod.yaml'), 'not-found'],
    ['no YAML', () => s3.put('config/prod.yaml', 'a: ['), 'invalid-yaml'],
    ['too large', () => s3.put('config/prod.yaml', 'x'.repeat(1_000_001)), 'too-large'],
    ['no UTF-8', () => s3.put('config/prod.yaml', Buffer.from([0xff, 0xfe, 0x00])), 'invalid-utf8'],
  ])('overrides that are %s leave the model', async (_, spoil, reason) => {
    spoil();
    const answer = await body(prod);
    expect(answer).toMatchObject({ complete: false, summary: { declared: 6, overridden: null } });
    expect(errorOf(answer.sources)).toEqual([`prod-config: ${reason}`]);
  });

  test('no archive under the prefix is told', async () => {
    s3.remove('prod/Shop_1.4.2.mda');
    expect(errorOf((await body(prod)).sources)).toEqual(['prod-archive: not-found']);
  });

  test('a database that fails leaves everything but what is deployed', async () => {
    s3.deployed = new DatabaseUnavailableError('prod-db', 'unreachable');
    const answer = await body({ ...prod, database: database() });
    expect(answer).toMatchObject({ complete: false, summary: { declared: 6 }, model: { deployed: null } });
    expect(errorOf(answer.sources)).toEqual(['prod-db: unreachable']);
  });

  test('a source that is refused may also not be there, and the advice says so', async () => {
    s3.faults.inject({ kind: 'denied', every: 2 });
    const refused = (await body(prod)).sources.filter(({ error }) => error?.reason === 'access-denied');
    expect(refused.length).toBeGreaterThan(0);
    for (const { error } of refused) expect(error?.detail).toContain('a key that is not there');
  });

  test('an error names no bucket, key or host', async () => {
    s3.remove('config/prod.yaml');
    const told = JSON.stringify((await body(prod)).sources);
    expect(told).not.toMatch(/deployments|config\/|127\.0\.0\.1/);
  });

  test('when not one can be read, the first one’s error is the answer', async () => {
    s3.put('prod/Shop_1.4.2.mda', 'not a zip');
    s3.remove('config/prod.yaml');
    await expect(s3.ask(prod)).rejects.toMatchObject({
      name: 'UpstreamFailedError',
      source: 'prod-archive',
      reason: 'truncated',
      advice: expect.stringContaining('upload it again'),
    });
    s3.faults.inject({ kind: 'throttled', every: 1 });
    await expect(s3.ask(prod)).rejects.toThrow(UpstreamThrottledError);
    s3.faults.clear();
    forgetThrottling();
    s3.faults.inject({ kind: 'denied', every: 1 });
    await expect(s3.ask(prod)).rejects.toMatchObject({ source: 'prod-archive', reason: 'access-denied' });
  });

  test('an environment without constants is not offered', async () => {
    const { constants, ...bare } = prod;
    expect(constants).toBeDefined();
    await expect(s3.ask(bare)).rejects.toThrow(NotOfferedError);
  });

  test('a bug is not hidden as a fault of a source', async () => {
    s3.deployed = new TypeError('a bug');
    await expect(s3.ask({ ...prod, database: database() })).rejects.toThrow(TypeError);
  });
});

describe('while the function is warm', () => {
  test('unchanged objects are not read again', async () => {
    await s3.ask(prod);
    const before = s3.ranges.length;
    const again = await s3.ask(prod);
    expect(s3.ranges.length).toBe(before);
    expect(again.body.constants?.length).toBe(7);
  });

  test.each(['mda', 'metadata_json'] as const)(
    'nor is an exact key (%s): S3 says that it is the same',
    async (format) => {
      s3.put('exact', format === 'mda' ? await zip(model) : model);
      const exact = environment('prod', { archive: archive('prod', { key: 'exact', format }) });
      const first = await s3.ask(exact);
      const requests = s3.faults.requests('GetObject');
      const ranges = s3.ranges.length;
      expect((await s3.ask(exact)).body).toEqual(first.body);
      expect(s3.faults.requests('GetObject')).toBe(requests + 2);
      expect(s3.ranges.length).toBe(ranges);
    },
  );

  test('a changed object is, and the answer gets another revision', async () => {
    const first = await s3.ask(prod);
    s3.put('config/prod.yaml', config('Sales.MaxOrderLines: 7'), '2026-11-01T10:00:00Z');
    const second = await s3.ask(prod);
    expect(second.body.constants?.find(({ name }) => name === 'Sales.MaxOrderLines')?.value).toBe(7);
    expect(second.as_of).toBe(first.as_of);
    expect(second.revision).not.toBe(first.revision);
    expect((await s3.ask(prod)).revision).toBe(second.revision);
  });

  test.each(['mda', 'metadata_json'] as const)(
    'two models (%s) with one ETag are not taken for each other',
    async (format) => {
      for (const version of ['1.0.0.1', '2.0.0.2']) {
        const metadata = metadataJson([], version);
        s3.put(`same/${version}`, format === 'mda' ? await zip(metadata) : metadata, undefined, '"same"');
      }
      const versionAt = async (key: string) =>
        (await body(environment('prod', { archive: archive('prod', { key, format }) }))).model?.version;
      expect(await versionAt('same/1.0.0.1')).toBe('1.0.0.1');
      expect(await versionAt('same/2.0.0.2')).toBe('2.0.0.2');
    },
  );

  test('nor are two files of overrides, nor one file in two formats', async () => {
    s3.put('same/one', 'MX_A_B=one', undefined, '"same"');
    s3.put('same/two', 'MX_A_B=two', undefined, '"same"');
    const valueIn = async (key: string, format: 'environment_file' | 'portable_app') =>
      (await named('A.B', environment('prod', { archive: null, overrides: [override('file', format, key)] })))?.value;
    expect(await valueIn('same/one', 'environment_file')).toBe('one');
    expect(await valueIn('same/two', 'environment_file')).toBe('two');
    expect(await valueIn('same/two', 'portable_app')).toBe(undefined);
  });

  test('what is kept has a bound', async () => {
    const { kept } = s3.upstreams();
    const file = { etag: '"x"', last_modified: new Date(0), content: { ranks: [], notes: [] } };
    for (let index = 0; index < 1000; index += 1) kept.overrides.set(`place ${index}`, file);
    expect(kept.overrides.size).toBe(300);
  });

  test('an archive that is rolled back is noticed although no date grows', async () => {
    s3.put('prod/Shop_1.4.3.mda', await zip(metadataJson([], '1.4.3.1')), '2026-11-01T09:59:00Z');
    const newer = await s3.ask(prod);
    s3.remove('prod/Shop_1.4.3.mda');
    const older = await s3.ask(prod);
    expect([newer.body.model?.version, older.body.model?.version]).toEqual(['1.4.3.1', '1.4.2.311']);
    expect(older.as_of).toBe(newer.as_of);
    expect(older.revision).not.toBe(newer.revision);
  });
});

function database() {
  return {
    server: 'prod-db',
    host: 'localhost',
    port: 1,
    name: 'shop',
    user: 'mrt_reader',
    instance_identifier: null,
    full_name_attributes: [],
    email_attributes: [],
    session_timeout_seconds: 600,
  };
}
