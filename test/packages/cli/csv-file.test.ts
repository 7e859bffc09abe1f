import { existsSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { recordsIn } from '@mrt/cli/listing/csv.ts';
import { CsvFile } from '@mrt/cli/listing/csv-file.ts';
import { beforeEach, expect, test } from 'vitest';

const ASKED = { path: '/users', query: { environment: 'shop-prod' } };
let path: string;

beforeEach(() => {
  path = join(mkdtempSync(join(tmpdir(), 'mrt-cli-csv-')), 'users.csv');
});

test('a file is there when it is whole, for its owner alone', async () => {
  const file = new CsvFile(path, ASKED);
  await file.take('id\r\n1\r\n', { cursor: 'c1', rows: 1, complete: true });
  expect(existsSync(path)).toBe(false);
  await file.take('2\r\n', { cursor: null, rows: 2, complete: true });
  file.finish();
  expect(readFileSync(path, 'utf8')).toBe('id\r\n1\r\n2\r\n');
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect([existsSync(`${path}.part`), existsSync(`${path}.part.json`)]).toEqual([false, false]);
});

test('a later run goes on where the last state is, and what was half written behind it goes', async () => {
  await new CsvFile(path, ASKED).take('id\r\n1\r\n', { cursor: 'c1', rows: 1, complete: true });
  writeFileSync(`${path}.part`, 'id\r\n1\r\n2,half a li');
  const file = new CsvFile(path, ASKED);
  expect(file.from).toMatchObject({ cursor: 'c1', rows: 1, complete: true });
  await file.take('2\r\n', { cursor: null, rows: 2, complete: false });
  file.finish();
  expect(readFileSync(path, 'utf8')).toBe('id\r\n1\r\n2\r\n');
});

test('a part of another question is not gone on with', async () => {
  await new CsvFile(path, ASKED).take('id\r\n1\r\n', { cursor: 'c1', rows: 1, complete: true });
  expect(() => new CsvFile(path, { ...ASKED, query: { environment: 'shop-acc' } })).toThrow(/answers another question/);
});

test('a state without its rows is worth nothing', async () => {
  await new CsvFile(path, ASKED).take('id\r\n1\r\n', { cursor: 'c1', rows: 1, complete: true });
  writeFileSync(`${path}.part`, 'id');
  expect(new CsvFile(path, ASKED).from).toBeUndefined();
});

test('a folder that is not there is an error of the output', async () => {
  const file = new CsvFile(join(path, 'x.csv'), ASKED);
  await expect(file.take('id', { cursor: null, rows: 0, complete: true })).rejects.toThrow(/cannot be written/);
});

test('records are counted by RFC 4180, line breaks and quotes inside cells left out', () => {
  expect(recordsIn('')).toBe(0);
  expect(recordsIn('a,b\r\n1,2\r\n')).toBe(2);
  expect(recordsIn('a\r\n"x\r\ny ""z""\r\n"\r\n')).toBe(2);
});
