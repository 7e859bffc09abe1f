/** `mrt` as one file, as it ships, against the running system. */
import { existsSync } from 'node:fs';
import { COMMANDS } from '@mrt/cli/commands.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Ended, profileOf, runMrt, runShell } from './mrt.ts';
import { type Json, type RunningSystem, sharedSystem } from './running-system.ts';

let system: RunningSystem;
beforeAll(async () => {
  system = await sharedSystem();
});
afterAll(() => system.end());

const mrt = (words: string[], own: Record<string, string> = {}) => runMrt(words, { ...profileOf(system), ...own });
const json = ({ out }: Ended) => JSON.parse(out) as Json;

describe('a listing', () => {
  test.each(COMMANDS)(
    'mrt $name shows the rows of $path, with columns that its rows have',
    async ({ name, columns, route, continues }) => {
      // What has totals by itself lists rows where it is told to.
      const of = name === 'airflow' ? ['--environment', 'etl-prod'] : [];
      const asking = [name, ...of, ...(continues?.unless === 'list' ? ['--list', 'orphaned'] : [])];
      const [shown, asked] = await Promise.all([mrt(asking), mrt([...asking, '--json'])]);
      expect(shown).toMatchObject({ code: 0 });
      const rows = json(asked)[route.rows ?? ''] as Json[];
      expect(rows.length).toBeGreaterThan(0);
      expect(columns.filter((column) => !((column.split('.')[0] ?? '') in (rows[0] as Json)))).toEqual([]);
      const lines = shown.out.trimEnd().split('\n');
      expect(lines.length).toBe(rows.length + 1);
      expect(shown.out).not.toContain('\u001b');
    },
  );

  test('as JSON is the API’s answer, with the rows of all pages', async () => {
    const ended = await mrt(['users', '--json', '--fields', 'id']);
    const all: unknown[] = [];
    let cursor = '';
    do {
      const page = await system.ask(`/users?environment=shop-prod&fields=id&limit=100${cursor}`);
      all.push(...(page.json['users'] as unknown[]));
      cursor = page.json['next_cursor'] === null ? '' : `&cursor=${page.json['next_cursor']}`;
    } while (cursor !== '');
    expect(all.length).toBeGreaterThan(400);
    expect(json(ended)).toMatchObject({ environment: 'shop-prod', users: all, complete: true, next_cursor: null });
  });

  test('as CSV is one table with one header, and --limit counts rows', async () => {
    const all = await mrt(['users', '--csv']);
    const { text } = await system.ask('/users?environment=shop-prod&limit=10000', { headers: { accept: 'text/csv' } });
    expect(all.out).toBe(text);
    const some = await mrt(['users', '--csv', '--limit', '150']);
    expect(some.out).toBe(text.split('\r\n').slice(0, 151).join('\r\n').concat('\r\n'));
    expect([all.err, all.code]).toEqual(['', 0]);
  });

  test('of exact bytes can be calculated with', async () => {
    const { out } = await mrt(['tables', '--bytes', '--limit', '1', '--fields', 'table,total_bytes']);
    const { json: answer } = await system.ask('/table_size?environment=shop-prod&limit=1');
    const [row] = answer['tables'] as Json[];
    expect(out.split('\n')[1]?.split(/ +/)).toEqual([row?.['table'], String(row?.['total_bytes'])]);
  });

  test('of totals has parts instead of rows', async () => {
    const { out, code } = await mrt(['users', '--summary']);
    expect([out, code]).toEqual([expect.stringMatching(/SUMMARY\nlicence\.rule[\s\S]*SUMMARY ROLES\nROLE/), 0]);
  });

  test('of an audit is its totals, and its keys where a class is named', async () => {
    const totals = await mrt(['audit']);
    expect([totals.out, totals.code]).toEqual([
      expect.stringMatching(/RECONCILIATION[\s\S]*orphaned\.size bytes +\d/),
      0,
    ]);
    const [listed, counted] = await Promise.all([
      mrt(['audit', '--list', 'orphaned', '--csv']),
      mrt(['audit', '--json']),
    ]);
    const { orphaned } = json(counted)['reconciliation'] as { orphaned: { object_count: number } };
    expect(listed.out.trimEnd().split('\r\n').length - 1).toBe(orphaned.object_count);
  });

  test('of the fleet has an environment a line, and the total', async () => {
    await system.record();
    const [shown, asked, one] = await Promise.all([
      mrt(['fleet']),
      mrt(['fleet', '--json']),
      mrt(['tables', '--json', '--limit', '1']),
    ]);
    expect(shown.out.split('\n').map((line) => line.split(' ')[0])).toEqual([
      'ENVIRONMENT',
      'etl-prod',
      'shop-acc',
      'shop-prod',
      'total',
      '',
    ]);
    const { environments, total } = json(asked) as { environments: Json[]; total: Json };
    const [airflow, , prod] = environments;
    expect(airflow).toMatchObject({ environment: 'etl-prod', failing_dags: total['failing_dags'], late_dags: 1 });
    const { size_bytes } = json(one)['database'] as { size_bytes: number };
    expect(Math.abs(Number(prod?.['database_bytes']) / size_bytes - 1)).toBeLessThan(0.1);
    expect(Number(prod?.['internal_users'])).toBeGreaterThan(100);
    expect(Number(total['internal_users'])).toBe(
      environments.reduce((sum, row) => sum + Number(row['internal_users'] ?? 0), 0),
    );
    const all = await mrt(['users', '-e', '*', '--summary', '--json']);
    expect((json(all)['environments'] as Json[]).map(({ environment }) => environment)).toEqual([
      'shop-acc',
      'shop-prod',
    ]);
  });

  test('in clear is asked for, with its reason in the audit line', async () => {
    const { out } = await mrt([
      'users',
      '--clear',
      '--reason',
      'ticket 7',
      '--limit',
      '20',
      '--kind',
      'named',
      '--fields',
      'email',
    ]);
    expect(out).toMatch(/^\w[\w.]+@/m);
    await expect.poll(() => system.logged('users')).toContain('"reason":"ticket 7"');
  });
});

describe('constants', () => {
  test('that differ are 1, and secrets are told by fingerprint only', async () => {
    const ended = await mrt(['constants', 'diff', 'shop-prod', 'shop-acc']);
    expect([ended.code, ended.out.split('\n')[0]]).toEqual([
      1,
      expect.stringMatching(/^NAME +CHANGE +SHOP-PROD +SHOP-ACC$/),
    ]);
    expect(ended.out).toMatch(/Mail\.ApiKey +value +masked v1:/);
  });

  test('that are the same in both are 0', async () => {
    const ended = await mrt(['constants', 'diff', 'shop-prod', 'shop-acc', '--module', 'Encryption']);
    expect(ended).toMatchObject({ code: 0, out: '' });
  });

  test('with findings are 1 where --check asks for it', async () => {
    const [plain, checked] = await Promise.all([mrt(['constants']), mrt(['constants', '--check'])]);
    expect([plain.code, checked.code]).toEqual([0, 1]);
    expect(checked.err).toContain('finding: secret-left-at-default Mail.ApiKey');
  });
});

describe('what goes wrong has a code and a sentence', () => {
  test.each<[string, string[], Record<string, string>, number, RegExp]>([
    [
      'a parameter that the API refuses',
      ['users', '--inactive-since', 'soon'],
      {},
      2,
      /inactive_since must be a UTC time/,
    ],
    ['a wrong secret', ['tables'], { MRT_CLIENT_SECRET: 'wrong' }, 3, /invalid_client/],
    ['an environment of others', ['tables', '-e', 'depot-prod'], {}, 4, /Unknown environment/],
    ['a table that is not there', ['tables', '--table', 'sales$oder'], {}, 4, /sales\$order/],
    ['no environment among several', ['tables'], { MRT_ENVIRONMENT: '' }, 2, /Environment required/],
    ['a token that is none', ['tables'], { MRT_TOKEN: 'none' }, 3, /token of MRT_TOKEN/],
    ['an address in clear', ['tables'], { MRT_API: 'http://api.example.com' }, 3, /must be an https address/],
  ])('%s', async (_, words, own, code, sentence) => {
    const ended = await mrt(words, own);
    expect(ended).toMatchObject({ code, out: '', err: expect.stringMatching(sentence) });
    expect(ended.err).not.toMatch(/\n\s+at /);
  });

  test('no network', async () => {
    // Nothing listens on port 9 of the loopback.
    const ended = await mrt(['tables'], { MRT_API: 'http://127.0.0.1:9', MRT_TOKEN: 't' });
    expect([ended.code, ended.out]).toEqual([6, '']);
  });

  // Every write to /dev/full fails as on a full disk; only Linux has it.
  test.skipIf(!existsSync('/dev/full'))('a full disk', async () => {
    const ended = await runShell('mrt users --csv > /dev/full', profileOf(system));
    expect(ended).toMatchObject({ code: 8, err: 'mrt: standard output cannot be written: the disk is full\n' });
  });

  test('a reader that has enough, without a word', async () => {
    const ended = await runShell('mrt users --csv | head -c 10', profileOf(system));
    expect(ended).toMatchObject({ out: 'id,identit', err: '' });
  });

  test('something that is missing', async () => {
    system.s3.faults.inject({ kind: 'denied', every: 1, operation: 'GetObject' });
    const ended = await mrt(['constants', '--limit', '3']).finally(() => system.s3.faults.clear());
    expect([ended.code, ended.err]).toEqual([7, expect.stringContaining('could not be read')]);
  });
});
