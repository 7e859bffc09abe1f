/** `npm run history`, and the ten questions of docs/recipes.md with their right answers on a history that is known. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { asCsv, askHistory, asTable, layOut } from '../../tools/history.ts';
import { questions } from './history-questions.ts';
import { dayOf, writeSampleHistory } from './history-sample.ts';

/** Removed with all others at the end of the run. */
const temporaryFolder = () => mkdtempSync(join(tmpdir(), 'mrt-history-'));
const folder = temporaryFolder();
beforeAll(() => writeSampleHistory(folder));

/** Rows with their numbers as numbers. */
async function answerTo(question: string) {
  const sql = questions.get(question);
  if (sql === undefined) throw new Error(`docs/recipes.md does not ask: ${question}`);
  const { columns, rows } = await askHistory(sql, folder);
  return rows.map((row) =>
    Object.fromEntries(
      row.map((value, index) => [columns[index], value === null || !/^-?[\d.]+$/.test(value) ? value : Number(value)]),
    ),
  );
}

/** The days of a month that are recorded, so that answers by month hold whenever the test runs. */
const monthOf = (day: number) => dayOf(day).slice(0, 7);

describe('the questions of docs/recipes.md', () => {
  test('are ten', () => expect(questions.size).toBe(10));

  test('which tables grow the fastest: by their slope, the gone ones left out, days that are not known not taken for 0', async () => {
    const rows = await answerTo('Which tables of the fleet grow the fastest?');
    expect(rows.map(({ environment, table_name }) => `${environment} ${table_name}`)).toEqual([
      'shop-prod log$entry',
      'shop-prod sales$order',
      'shop-prod session$session',
    ]);
    expect(rows[0]?.['bytes_per_day']).toBeCloseTo(50_000);
    expect(rows[0]?.['total_bytes']).toBe(9_000_000);
    expect(rows[1]?.['bytes_per_day']).toBeCloseTo(1_000);
  });

  test('which disks are full: at half a megabyte a day, five megabytes are ten days', async () => {
    const [disk, ...others] = await answerTo('Which disks are full within 14 days?');
    expect(others).toEqual([]);
    expect(disk).toMatchObject({ environment: 'shop-prod', free_bytes: 5_000_000 });
    expect(disk?.['bytes_per_day']).toBeCloseTo(-500_000);
    expect(disk?.['days_left']).toBeCloseTo(10);
  });

  test('which constants changed last week, and not those of a month ago', async () => {
    expect(await answerTo('Which constants changed last week?')).toEqual([
      { environment: 'shop-prod', constant: 'Shop.Url', changed: dayOf(5) },
    ]);
  });

  test('who has not logged in for 90 days, on the newest day', async () => {
    expect(await answerTo('How many active users have not logged in for 90 days, by environment?')).toEqual([
      { environment: 'shop-acc', as_of: dayOf(0), longer_ago: 260, never_logged_in: 1 },
      { environment: 'shop-prod', as_of: dayOf(0), longer_ago: 120, never_logged_in: 30 },
    ]);
  });

  test('which buckets grew: a day of which a part is not known is left out', async () => {
    expect(await answerTo('Which buckets grew the most in 30 days?')).toEqual([
      // To yesterday: of today one storage type is not known.
      { environment: 'shop-prod', bucket: 'files', size_bytes: 1_699_900, grown_bytes: 2_900, since: dayOf(30) },
      { environment: 'shop-acc', bucket: 'acc-files', size_bytes: 5_000, grown_bytes: 0, since: dayOf(30) },
    ]);
  });

  test('of which environments nothing is recorded any more', async () => {
    expect(await answerTo('Of which environments is nothing recorded any more?')).toEqual([
      { environment: 'shop-acc', route: 'table_size', last_day: dayOf(12) },
    ]);
  });

  test('which tables lost more than half in a week', async () => {
    expect(await answerTo('Which tables lost more than half of their bytes in a week?')).toEqual([
      { environment: 'shop-prod', table_name: 'session$session', before_bytes: 80_000_000, now_bytes: 3_000_000 },
    ]);
  });

  test('how many users there were at most in each month', async () => {
    const rows = await answerTo(
      'How many users were there at most in each month, as Mendix counts them for the licence?',
    );
    const months = [...new Set(Array.from({ length: 41 }, (_, day) => monthOf(40 - day)))];
    const most = (month: string) =>
      Array.from({ length: 41 }, (_, day) => day).some((day) => monthOf(day) === month && day > 20) ? 1_100 : 1_000;
    expect(rows).toEqual([
      ...months.map((month) => ({ environment: 'shop-acc', month, user_type: 'external', users: 7 })),
      ...months.map((month) => ({ environment: 'shop-prod', month, user_type: 'internal', users: most(month) })),
    ]);
  });

  test('which constants have the same value in both: by the newest fingerprint', async () => {
    expect(await answerTo('Which constants have the same value in acceptance and in production?')).toEqual([
      { constant: 'Mail.ApiKey' },
    ]);
  });

  test('which tables are new this week', async () => {
    expect(await answerTo('Which tables are new this week?')).toEqual([
      { environment: 'shop-prod', table_name: 'returns$return', since: dayOf(3), total_bytes: 40_000 },
    ]);
  });
});

describe('npm run history', () => {
  test('partitions are text, as in Athena, and columns those of its table', async () => {
    const { rows } = await askHistory('DESCRIBE history', folder);
    const types = Object.fromEntries(rows.map(([name, type]) => [name, type]));
    expect(types).toMatchObject({ route: 'VARCHAR', environment: 'VARCHAR', month: 'VARCHAR', date: 'VARCHAR' });
    expect(types).toMatchObject({ value: 'DOUBLE', exact: 'BOOLEAN', state: 'VARCHAR' });
  });

  test('a statement reads and writes nothing else on the machine', async () => {
    const other = join(temporaryFolder(), 'other.csv');
    writeFileSync(other, 'a\n1\n');
    await expect(askHistory(`SELECT * FROM read_csv('${other}')`, folder)).rejects.toThrow(/disabled by configuration/);
    await expect(askHistory(`COPY history TO '${other}.parquet'`, folder)).rejects.toThrow(/disabled by configuration/);
    await expect(askHistory('SET enable_external_access = true', folder)).rejects.toThrow();
    expect(existsSync(`${other}.parquet`)).toBe(false);
  });

  test('says what is wrong with a statement, and where nothing is recorded', async () => {
    await expect(askHistory('SELECT nothing FROM history', folder)).rejects.toThrow(/"nothing" not found/);
    await expect(askHistory('SELECT 1', temporaryFolder())).rejects.toThrow(/holds no history.*"recording"/);
  });

  test('what the local S3 keeps is laid out as it lies in the bucket', async () => {
    const objects = temporaryFolder();
    mkdirSync(join(objects, 'record-bucket'));
    const key = `history/route=users/environment=shop-acc/month=${monthOf(0)}/figures.parquet`;
    cpSync(join(folder, key), join(objects, 'record-bucket', encodeURIComponent(key)));
    writeFileSync(join(objects, 'record-bucket', 'run.json'), '{}');
    const { rows } = await askHistory(
      'SELECT DISTINCT environment, route FROM history',
      layOut(objects, temporaryFolder()),
    );
    expect(rows).toEqual([['shop-acc', 'users']]);
  });

  test('shows a table, or CSV with what is not known left empty', () => {
    const rows = {
      columns: ['name', 'value'],
      rows: [
        ['a,"b"', '10'],
        ['c', null],
      ],
    };
    expect(asTable(rows)).toBe('name   value\na,"b"     10\nc       null\n');
    expect(asCsv(rows)).toBe('name,value\r\n"a,""b""",10\r\nc,\r\n');
  });

  test('as a command: an exit code and a sentence for what is wrong, rows for what is right', () => {
    const run = (...words: string[]) =>
      spawnSync(process.execPath, ['tools/history.ts', ...words], { encoding: 'utf8' });
    expect(run()).toMatchObject({ status: 1, stdout: '', stderr: expect.stringMatching(/^What is asked\?/) });
    expect(run('--nonsense')).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/Unknown option '--nonsense'/),
    });
    const { status, stdout } = run('--csv', '--folder', folder, 'SELECT 1 AS one');
    expect({ status, stdout }).toEqual({ status: 0, stdout: 'one\r\n1\r\n' });
  });
});
