/** What the recorder leaves of the sample apps: as much as the routes say of each, and nothing of a person or a value. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeHistory } from '../../lambdas/record/history-reader.ts';
import { expectCleanLogs } from './clean-logs.ts';
import { type Json, type RunningSystem, sharedSystem } from './running-system.ts';

let system: RunningSystem;

beforeAll(async () => {
  system = await sharedSystem();
  await system.record();
});
afterAll(() => system.end());

/** Everything in the record bucket as text, packed or not. */
async function recordedTexts(): Promise<Map<string, string>> {
  const folder = join(system.directory, 's3');
  const bucket = readdirSync(folder).find((name) => name.includes('recordbucket')) ?? '';
  const files = readdirSync(join(folder, bucket)).map((name) => [decodeURIComponent(name), join(folder, bucket, name)]);
  const texts = files.map(async ([key = '', path = '']): Promise<[string, string]> => {
    const body = readFileSync(path);
    if (key.endsWith('.gz')) return [key, gunzipSync(body).toString('utf8')];
    return [key, key.endsWith('.parquet') ? JSON.stringify(await decodeHistory(body)) : body.toString('utf8')];
  });
  return new Map(await Promise.all(texts));
}

async function columnOf(database: string, statement: string): Promise<string[]> {
  const { host, port, user, password } = system.endpoints.postgres;
  const client = new Client({ host, port, user, password, database });
  await client.connect();
  try {
    const { rows } = await client.query<{ value: string | null }>(statement);
    return rows.flatMap(({ value }) => value ?? []);
  } finally {
    // Also of a table that an app has not: what stays open would be an error in whatever stops the server.
    await client.end();
  }
}

describe('the record of the sample apps', () => {
  test('says of each environment what its own route says', async () => {
    const fleet = (await system.ask('/users?environment=*&summary=true')).json['environments'] as Json[];
    for (const { environment, summary, error } of fleet) {
      expect(error).toBeNull();
      const own = (await system.ask(`/users?environment=${environment}&summary=true`)).json['summary'] as Json;
      const recorded = summary as Json;
      expect([recorded['licence'], recorded['by'], recorded['roles']]).toEqual([
        own['licence'],
        own['by'],
        own['roles'],
      ]);
    }
    const sizes = (await system.ask('/bucket_size?environment=*')).json['environments'] as Json[];
    const { summary: ofBuckets = {} } = sizes.at(-1) ?? {};
    const [bucket] = (ofBuckets as Json)['buckets'] as Json[];
    const [own] = (await system.ask('/bucket_size?environment=shop-prod')).json['buckets'] as Json[];
    expect(bucket?.['size_bytes']).toBe(own?.['size_bytes']);
    const audits = (await system.ask('/storage_audit?environment=*&summary=true')).json['environments'] as Json[];
    expect(audits).toHaveLength(2);
    for (const { environment, summary, error } of audits) {
      const { json } = await system.ask(`/storage_audit?environment=${environment}`);
      const { orphaned, missing, listed } = json['reconciliation'] as Record<string, Json>;
      expect([environment, error]).toEqual([environment, null]);
      const { object_count, size_bytes } = orphaned ?? {};
      const { file_count } = missing ?? {};
      expect(summary).toMatchObject({ orphaned: { object_count, size_bytes }, missing: { file_count }, listed });
    }
  });

  test('counts the people of both apps once, without keeping one', async () => {
    const { json } = await system.ask('/users?environment=*&summary=true');
    const { identities, internal_here_external_there, not_counted } = json['distinct'] as Json;
    const people = await Promise.all(
      ['shop-prod', 'shop-acc'].map(async (name) => {
        const { json: page } = await system.ask(`/users?environment=${name}&limit=1000&active=true`);
        const users = page['users'] as Json[];
        expect(page['next_cursor']).toBeNull();
        return users.filter(({ kind }) => kind !== 'anonymous');
      }),
    );
    const by = Map.groupBy(people.flat(), ({ identity }) => identity);
    expect(not_counted).toEqual([]);
    expect(identities).toBe(by.size);
    const both = [...by.values()].filter((all) => new Set(all.map(({ user_type }) => user_type)).size === 2);
    expect(internal_here_external_there).toBe(both.length);
  });

  test('holds no name, no address and no value, in any byte that the recorder writes', async () => {
    const texts = await recordedTexts();
    expect([...texts.keys()].filter((key) => key.endsWith('.parquet')).length).toBeGreaterThan(5);
    const forbidden = new Set<string>();
    for (const database of ['shop_prod', 'shop_acc']) {
      for (const statement of [
        'SELECT name AS value FROM "system$user"',
        'SELECT fullname AS value FROM "administration$account"',
        'SELECT email AS value FROM "administration$account"',
      ]) {
        const values = await columnOf(database, statement).catch(() => []);
        for (const value of values) forbidden.add(value);
      }
    }
    expect(forbidden.size).toBeGreaterThan(400);
    const reveal = { headers: { 'x-reason': 'test' } };
    for (const environment of ['shop-prod', 'shop-acc']) {
      const { json } = await system.ask(`/micro_flow_constants?environment=${environment}&limit=1000`);
      const modules = new Set((json['constants'] as Json[]).map(({ module }) => module));
      for (const module of modules) {
        const revealed = await system.ask(
          `/micro_flow_constants?environment=${environment}&module=${module}&reveal=true`,
          reveal,
        );
        for (const { value, default_value } of revealed.json['constants'] as Json[]) {
          for (const one of [value, default_value]) {
            // Numbers and flags stand in figures too: only what can be told from them proves anything.
            if (typeof one === 'string' && one.length >= 6 && !/^[\d.]+$/.test(one)) forbidden.add(one);
          }
        }
      }
    }
    const whole = [...texts].map(([key, text]) => `${key} ${text}`).join('\n');
    // Some logins are words of the model too (`webservice`): as a text of their own they would stand in quotes.
    const found = [...forbidden].filter((one) => whole.includes(JSON.stringify(one)));
    const long = [...forbidden].filter((one) => one.length >= 8 && whole.includes(one));
    expect(found).toEqual([]);
    expect(long).toEqual([]);
    expect(whole).not.toMatch(/@example|localhost|127\.0\.0\.1|arn:aws/);
    // Mendix calls every object by a UUID; a run's own id is in the lease.
    const withUuid = [...texts].filter(([key, text]) => key !== 'run.json' && /[0-9a-f]{8}-[0-9a-f]{4}-4/.test(text));
    expect(withUuid.map(([key]) => key)).toEqual([]);
  });

  test('gives each route the past of its own figures: today’s point is close to what the route says now', async () => {
    const { json } = await system.ask('/table_size?environment=shop-prod&days=30&limit=5');
    expect([json['complete'], json['record']]).toMatchObject([true, { days: 30, reason: null }]);
    for (const { total_bytes, history } of json['tables'] as Json[]) {
      // The day's point is of its first recording; PostgreSQL's own maps of a table may have grown since.
      const { total_bytes: recorded, exact } = (history as Json[]).at(-1) ?? {};
      expect(exact).toBe(true);
      expect(Math.abs(Number(recorded) - Number(total_bytes))).toBeLessThan(0.1 * Number(total_bytes) + 100_000);
    }
    expect((json['history'] as Json[]).at(-1)?.['size_bytes']).toBeGreaterThan(0);
    const { json: users } = await system.ask('/users?environment=shop-prod&summary=true&days=800');
    const { licence } = users['summary'] as Json;
    const { internal, external } = licence as Json;
    expect((users['history'] as Json[]).at(-1)).toMatchObject({ internal, external });
    expect(users['complete']).toBe(true);
    const { json: constants } = await system.ask('/micro_flow_constants?environment=shop-prod&days=30&limit=1000');
    expect(constants['record']).toMatchObject({ days: 30, reason: null });
    for (const { value_known, changed_at } of constants['constants'] as Json[]) {
      expect(changed_at).toEqual(value_known ? expect.any(String) : null);
    }
    const changes = await system.ask('/micro_flow_constants?environment=shop-prod&days=30&changes=true');
    expect(changes.json['changes']).toBeInstanceOf(Array);
  });

  test('has ninety believable days in the local run, from which growth and changes are told', async () => {
    await system.recordPast();
    const { json } = await system.ask('/table_size?environment=shop-prod&days=90&limit=1000');
    expect(json['record']).toMatchObject({ days: 90, recorded_days: 88, reason: null });
    const grown = (json['tables'] as Json[]).filter(
      ({ growth }) => Number((growth as Json | null)?.['bytes_per_day']) > 0,
    );
    expect(grown.length).toBeGreaterThan(3);
    const { json: users } = await system.ask('/users?environment=shop-prod&summary=true&days=90');
    expect((users['growth'] as Json)['users']).toMatchObject({ days: 30 });
    const { json: constants } = await system.ask('/micro_flow_constants?environment=shop-prod&days=90&changes=true');
    expect((constants['changes'] as Json[]).map(({ change }) => change)).toEqual(['changed', 'added', 'removed']);
  });

  test('tells Prometheus when each of the largest tables was vacuumed, as the route says it, and its dead rows', async () => {
    const { text } = await system.ask('/metrics');
    const told = (name: string) =>
      new Map(
        [...text.matchAll(new RegExp(`^${name}\\{environment="shop-prod",table="([^"]+)".*\\} (\\S+)$`, 'gm'))].map(
          ([, table = '', value]) => [table, Number(value)] as const,
        ),
      );
    const sizes = told('mrt_table_total_bytes');
    expect(sizes.size).toBe(20);
    expect([...told('mrt_table_dead_rows').keys()]).toEqual([...sizes.keys()]);
    const vacuumed = told('mrt_table_vacuumed_timestamp_seconds');
    const { json } = await system.ask('/table_size?environment=shop-prod&limit=100');
    const times = (json['tables'] as Json[]).filter(({ table }) => sizes.has(String(table)));
    expect(times).toHaveLength(20);
    for (const { table, last_vacuum, last_autovacuum } of times) {
      const last = Math.max(...[last_vacuum, last_autovacuum].map((time) => Date.parse(String(time)) || 0)) / 1_000;
      const known = vacuumed.get(String(table));
      // Autovacuum may have come by since the recording.
      if (known === undefined) expect(last === 0 || last > Date.parse(String(json['as_of'])) / 1_000 - 600).toBe(true);
      else expect(Math.floor(last)).toBeGreaterThanOrEqual(known);
    }
  });

  test('is told to Prometheus, or that it cannot be, a second before the scrape would time out', async () => {
    expect((await system.ask('/metrics')).status).toBe(200);
    system.s3.faults.inject({ kind: 'silent', every: 1, operation: 'GetObject' });
    const started = performance.now();
    const { status, json } = await system
      .ask('/metrics', { headers: { 'x-prometheus-scrape-timeout-seconds': '3' } })
      .finally(() => system.s3.faults.clear());
    const seconds = (performance.now() - started) / 1_000;
    expect([status, json['type']]).toEqual([504, '/problems/upstream-timeout']);
    expect(seconds).toBeGreaterThan(1.5);
    // Of the 25 s that a request has of its own; a busy machine may add to the two.
    expect(seconds).toBeLessThan(12);
  });

  test.each([
    ['/users?environment=shop-prod&days=30', 'days'],
    ['/users?environment=shop-prod&summary=true&days=801', 'days'],
    ['/table_size?environment=shop-prod&days=0', 'days'],
    ['/micro_flow_constants?environment=shop-prod&changes=true', 'changes'],
  ])('%s is a 400 that names the parameter', async (target, parameter) => {
    const { status, json } = await system.ask(target);
    expect(status).toBe(400);
    expect(JSON.stringify(json)).toContain(parameter);
  });

  test('leaves clean logs', async () => {
    expectCleanLogs(system);
    const line = () => system.logged('recorder').trim().split('\n').at(-1) ?? '';
    // A line is written a moment after the run has ended.
    await expect.poll(line).toContain('"mrt.record"');
    expect(JSON.parse(line())).toMatchObject({ event: 'mrt.record', ran: true, failed: 0, record_left: 0 });
  });
});
