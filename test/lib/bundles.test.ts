import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseConfig } from '../../config/read.ts';
import type { ConfigInput } from '../../config/schema.ts';
import { BUNDLE_FILES, type Need } from '../../lambdas/contract.ts';
import { routes } from '../../lambdas/routes.ts';
import type { Settings } from '../../lambdas/settings.ts';
import { rdsCertificates } from '../../lib/functions/rds-certificates.ts';
import { settingsOf as routeSettings } from '../../lib/functions/settings.ts';
import { mrtApp } from '../../lib/mrt-app.ts';
import { configFile } from './template.ts';

const example = configFile('example');
const secret_arn = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:airflow-AbCdEf';
/** With an Airflow, so that every route is there. */
const config: ConfigInput = {
  ...example,
  environments: {
    ...example.environments,
    'etl-prod': {
      airflow: {
        base_url: 'https://airflow.example.com',
        token: { secret_arn },
        web_server: { cidr: '10.60.0.0/24' },
        region: 'eu-west-1',
        environment: 'etl',
      },
    },
  },
};

/** The bundle's directory by route, and `publisher`. */
const bundles = new Map<string, string>();
let outdir: string;

beforeAll(() => {
  outdir = mkdtempSync(join(tmpdir(), 'mrt-bundles-'));
  mrtApp(parseConfig(config), { outdir }).synth();
  const { Resources } = JSON.parse(readFileSync(join(outdir, 'mrt-prod.template.json'), 'utf8'));
  const { files } = JSON.parse(readFileSync(join(outdir, 'mrt-prod.assets.json'), 'utf8'));
  for (const { Type, Properties } of Object.values<{ Type: string; Properties: Record<string, never> }>(Resources)) {
    if (Type !== 'AWS::Lambda::Function') continue;
    const { Description, Code } = Properties as unknown as { Description: string; Code: { S3Key: string } };
    const other = Description.includes('records') ? 'recorder' : 'publisher';
    const name = / GET \/(\w+)$|: (documents)$/.exec(Description)?.slice(1).find(Boolean) ?? other;
    bundles.set(name, join(outdir, files[Code.S3Key.replace('.zip', '')].source.path));
  }
});

afterAll(() => rmSync(outdir, { recursive: true, force: true }));

const settingsOf = (name: string): Settings =>
  JSON.parse(readFileSync(join(bundles.get(name) ?? '', BUNDLE_FILES.settings), 'utf8'));

const names = [...routes.map(({ name }) => name), 'publisher', 'documents', 'recorder'];

describe.each(names)('the bundle of %s', (name) => {
  const modules = () => readdirSync(bundles.get(name) ?? '').filter((file) => file.endsWith('.mjs'));
  const textOf = (file: string) => readFileSync(join(bundles.get(name) ?? '', file), 'utf8');

  // Nobody waits for the recorder to start, and it reads what all routes together read.
  const most = name === 'recorder' ? 1_500_000 : 900_000;
  test(`is index.mjs and what it loads later, in one folder, at most ${most / 1000} kB in all`, () => {
    const sizes = modules().map((file) => statSync(join(bundles.get(name) ?? '', file)).size);
    expect(modules()).toContain('index.mjs');
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(most);
    expect(readdirSync(bundles.get(name) ?? '')).not.toContain('node_modules');
  });

  test('imports nothing that is not in it or in Node', () => {
    const { metafile } = buildSync({
      entryPoints: [join(bundles.get(name) ?? '', 'index.mjs')],
      bundle: true,
      splitting: true,
      format: 'esm',
      platform: 'node',
      packages: 'external',
      outdir: outdir,
      write: false,
      metafile: true,
    });
    const imports = Object.values(metafile.inputs).flatMap((input) => input.imports);
    const outside = imports.filter(({ external }) => external).map(({ path }) => path);
    expect(outside.filter((path) => !isBuiltin(path) && path !== 'pg-native')).toEqual([]);
    // Imported as an ES module it loads the whole of Node's fetch (lambdas/upstreams/node-http.ts).
    expect(outside.filter((path) => /^(node:)?http$/.test(path))).toEqual([]);
    expect(outside).not.toEqual([]);
  });

  test('names no place on the machine that made it', () => {
    expect(modules().filter((file) => textOf(file).includes(process.cwd()))).toEqual([]);
  });

  test('looks for no keys but those that Lambda gives', () => {
    // Words of the SDK's default chain: containers, instance metadata, SSO, web identity, roles of profiles.
    const chain = /AWS_CONTAINER_CREDENTIALS\w*|security-credentials|sso_session|AWS_WEB_IDENTITY_TOKEN_FILE|role_arn/g;
    expect(modules().flatMap((file) => textOf(file).match(chain) ?? [])).toEqual([]);
  });
});

describe('what a function loads', () => {
  const startOf = (name: string) => readFileSync(join(bundles.get(name) ?? '', 'index.mjs'), 'utf8');
  const whole = (name: string) =>
    readdirSync(bundles.get(name) ?? '')
      .filter((file) => file.endsWith('.mjs'))
      .map((file) => readFileSync(join(bundles.get(name) ?? '', file), 'utf8'))
      .join('');

  test('to start has no client in it that only its first connection needs', () => {
    for (const name of ['users', 'table_size', 'micro_flow_constants']) {
      expect(whole(name).includes('rds-db')).toBe(true);
      expect(startOf(name).includes('rds-db')).toBe(false);
    }
  });

  test('to start has no CloudWatch client in it: its first question loads it', () => {
    for (const name of ['bucket_size', 'table_size']) {
      expect(whole(name).includes('GraniteServiceVersion20100801')).toBe(true);
      expect(startOf(name).includes('GraniteServiceVersion20100801')).toBe(false);
    }
  });

  test('has no client of an upstream that its route does not read', () => {
    const reading = (...any: Need[]) =>
      routes.filter(({ needs }) => needs.some((need) => any.includes(need))).map(({ name }) => name);
    const having = (text: string) => names.filter((name) => whole(name).includes(text));
    // The recorder reads what all routes together read.
    expect(having('GraniteServiceVersion20100801')).toEqual([
      ...reading('bucket_metrics', 'database_metrics', 'airflow_metrics'),
      'recorder',
    ]);
    expect(having('rds-db')).toEqual([...reading('database'), 'recorder']);
  });
});

describe('the settings in a bundle', () => {
  test('hold only what the route reads of an environment', () => {
    const parts = (name: string) => Object.keys(settingsOf(name).environments['shop-prod'] ?? {});
    expect(Object.keys(settingsOf('airflow_health').environments['etl-prod'] ?? {})).toEqual([
      'labels',
      'offers',
      'airflow',
    ]);
    expect(parts('airflow_health')).toEqual(['labels', 'offers']);
    expect(parts('health')).toEqual(['labels', 'offers']);
    expect(parts('users')).toEqual(['labels', 'offers', 'database']);
    expect(parts('bucket_size')).toEqual(['labels', 'offers', 'buckets']);
    expect(parts('storage_audit')).toEqual(['labels', 'offers', 'buckets', 'database']);
    expect(parts('micro_flow_constants')).toEqual(['labels', 'offers', 'database', 'constants']);
  });

  test('of the open documents hold no environment, and neither does the document that is served', () => {
    const address = 'https://maas-api.apps.example.com';
    expect(settingsOf('documents')).toEqual({ stage: 'prod', base_address: address });
    const folder = bundles.get('documents') ?? '';
    const document = JSON.parse(readFileSync(join(folder, BUNDLE_FILES.openapi), 'utf8'));
    const own = JSON.parse(readFileSync('docs/openapi.json', 'utf8'));
    expect([Object.keys(document.paths), document.servers]).toEqual([Object.keys(own.paths), [{ url: address }]]);
  });

  test('say what each environment is configured for', () => {
    const { environments } = settingsOf('environments');
    const routesWithout = (...missing: Need[]) =>
      routes
        .filter(({ environment, needs }) => environment && !needs.some((need) => missing.includes(need)))
        .map(({ name }) => name);
    expect(environments['shop-prod']?.offers).toEqual(routesWithout('airflow'));
    expect(environments['etl-prod']?.offers).toEqual(['airflow_health']);
    expect(environments['crm-prod']?.offers).toEqual(routesWithout('constants', 'airflow'));
    expect(environments['portal-prod']?.offers).toEqual(
      routesWithout('constants', 'bucket_listing', 'file_listing', 'airflow'),
    );
    expect(environments['portal-prod']?.offers).toEqual(expect.arrayContaining(['table_size', 'users']));
  });

  test('name for a comparison with the database the buckets with the app’s files alone, with their layout', () => {
    const { environments } = settingsOf('storage_audit');
    expect(environments['shop-acc']?.buckets?.map(({ files }) => files)).toEqual([
      { shape: 'flat', suffix: '', size_tolerance: 0 },
    ]);
    for (const { database, buckets = [] } of Object.values(environments)) {
      if (database === undefined) expect(buckets).toEqual([]);
    }
    expect(settingsOf('bucket_size').environments['shop-acc']?.buckets?.[0]).not.toHaveProperty('files');
  });

  test('count only keys of Mendix below a shared prefix, unless a pattern says otherwise', () => {
    const { environments } = settingsOf('bucket_size');
    const patternOf = (name: string) => environments[name]?.buckets?.[0]?.key_pattern;
    expect(patternOf('shop-prod')).toBeNull();
    expect('0f1e2d3c-4b5a-4978-8796-a5b4c3d2e1f0').toMatch(new RegExp(patternOf('shop-acc') ?? '(?!)', 'u'));
    expect('2-0f1e2d3c-4b5a-4978-8796-a5b4c3d2e1f0').not.toMatch(new RegExp(patternOf('shop-acc') ?? '(?!)', 'u'));
    expect(patternOf('crm-prod')).toContain('\\.enc$');
  });

  test('know the address and the callers', () => {
    const users = settingsOf('users');
    expect(users.base_address).toBe('https://maas-api.apps.example.com');
    expect(users.callers.clients['sales-reporting']?.environments).toEqual(['team:sales']);
    expect(users.limits.reason_required).toBe(true);
  });
});

describe('a change of the configuration', () => {
  /** The settings of each route, after a change. */
  const settingsAfter = (change: (config: ConfigInput) => void) => {
    const config = configFile('example');
    change(config);
    const parsed = parseConfig(config);
    return new Map(routes.map((route) => [route.name, routeSettings(route, parsed, routes)]));
  };
  const before = settingsAfter(() => {});
  /** Names of the routes whose function gets another bundle. */
  const changedBy = (change: (config: ConfigInput) => void) =>
    [...settingsAfter(change)]
      .filter(([name, after]) => JSON.stringify(after) !== JSON.stringify(before.get(name)))
      .map(([name]) => name);

  test('reaches no function when no function reads it: an alarm’s address, a tag, a throttle', () => {
    const unread = (config: ConfigInput) => {
      Object.assign(config.observability ?? {}, { alarm_emails: ['somebody-else@example.com'] });
      Object.assign(config.tags ?? {}, { owner: 'others' });
      Object.assign(config.limits ?? {}, { requests_per_second: 20 });
    };
    expect(changedBy(unread)).toEqual([]);
  });

  test('reaches those that read it, with another version for their ETags', () => {
    const reading = (need: Need) => routes.filter(({ needs }) => needs.includes(need)).map(({ name }) => name);
    const another = (config: ConfigInput) =>
      Object.assign(config.databases['sales'] ?? {}, { host: 'other.c0ffee123456.eu-west-1.rds.amazonaws.com' });
    expect(changedBy(another)).toEqual(reading('database'));
    expect(settingsAfter(another).get('users')?.configuration_version).not.toBe(
      before.get('users')?.configuration_version,
    );
  });
});

describe('the certificates in a bundle', () => {
  const pem = () => readFileSync(join(bundles.get('users') ?? '', BUNDLE_FILES.databaseCa), 'utf8');
  const subjects = (text: string) =>
    (text.match(/-----BEGIN[^-]+-----[^-]+-----END[^-]+-----/g) ?? []).map((pem) => new X509Certificate(pem).subject);

  test("are the Region's RDS roots and Amazon's own, for RDS Proxy", () => {
    const certificates = subjects(pem());
    expect(certificates.filter((subject) => subject.includes('Amazon RDS eu-west-1 Root CA'))).toHaveLength(3);
    expect(certificates.filter((subject) => /CN=(Amazon Root CA|Starfield)/.test(subject))).toHaveLength(5);
    expect(certificates).toHaveLength(8);
  });

  test('leave out what has expired', () => {
    expect(subjects(rdsCertificates('eu-west-1', new Date('2024-01-01')))).toHaveLength(9);
    expect(subjects(rdsCertificates('eu-west-1', new Date('2026-01-01')))).toHaveLength(8);
  });

  test('are there only where a database is read', () => {
    expect(readdirSync(bundles.get('bucket_size') ?? '')).not.toContain(BUNDLE_FILES.databaseCa);
  });

  test('are missed at synthesis, not at the first connection, for a Region that the package does not know', () => {
    expect(() => rdsCertificates('xx-nowhere-1')).toThrow('xx-nowhere-1');
  });
});
