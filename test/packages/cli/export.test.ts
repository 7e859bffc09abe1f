/** A long export: what comes of it when something breaks. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { recordsIn } from '@mrt/cli/listing/csv.ts';
import { runCommand } from '@mrt/cli/program/program.ts';
import type { Host } from '@mrt/cli/run.ts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { PagingApi } from './paging-api.ts';

let api: PagingApi;
let path: string;
let out: string;
let err: string;

beforeEach(async () => {
  api = await PagingApi.start(50, 10);
  path = join(mkdtempSync(join(tmpdir(), 'mrt-cli-export-')), 'users.csv');
});
afterEach(() => api.stop());

/** @param terminal whether standard error is one */
function mrt(words: string[], { signal = new AbortController().signal, terminal = false } = {}): Promise<number> {
  out = '';
  err = '';
  const stdout = {
    on: () => undefined,
    write: (text: string, done: () => void) => {
      out += text;
      done();
    },
  } as unknown as Host['stdout'];
  const write = (text: string) => {
    err += text;
    return true;
  };
  const stderr = { write, isTTY: terminal, columns: 80 } as unknown as Host['stderr'];
  const variables = { MRT_API: api.address, MRT_TOKEN: 't', XDG_CONFIG_HOME: '/nowhere' };
  return runCommand(['users', '--csv', ...words], { variables, stdout, stderr, stdin: process.stdin, signal });
}

const toFile = (options: Parameters<typeof mrt>[1] = {}, words: string[] = []) =>
  mrt(['--output', path, ...words], options);

describe('into a pipe', () => {
  test('pages add up to one table, also when connections break in the middle of it', async () => {
    api.trouble.set(20, ['cut', 'destroyed']).set(40, ['cut']);
    expect(await mrt([])).toBe(0);
    expect(out).toBe(api.csv);
    expect(err).toBe('');
    expect(api.asked).toEqual([0, 10, 20, 20, 20, 30, 40, 40]);
  });

  test('nothing is there at all: 6, and soon', async () => {
    api.trouble.set(
      0,
      Array.from({ length: 9 }, () => 'destroyed' as const),
    );
    expect(await mrt([])).toBe(6);
    expect([out, api.asked.length]).toEqual(['', 3]);
  });

  test('Ctrl-C ends it with 130', async () => {
    const abort = new AbortController();
    api.trouble.set(20, ['hangs']);
    api.onPage = (from) => from === 20 && abort.abort('SIGINT');
    expect(await mrt([], { signal: abort.signal })).toBe(130);
    expect(out.split('\r\n').length).toBeGreaterThan(20);
  });
});

describe('into a file', () => {
  test('goes on where Ctrl-C ended it', async () => {
    const abort = new AbortController();
    api.trouble.set(30, ['hangs']);
    api.onPage = (from) => from === 30 && abort.abort('SIGINT');
    expect(await toFile({ signal: abort.signal })).toBe(130);
    expect([existsSync(path), err]).toEqual([false, expect.stringContaining('the same command goes on')]);
    api.asked.length = 0;
    expect(await toFile()).toBe(0);
    expect([readFileSync(path, 'utf8'), api.asked]).toEqual([api.csv, [30, 40]]);
    expect(err).toMatch(/going on after 30 rows[\s\S]*has 50 rows/);
  });

  test('that had all rows asked for, and only not its name, gets it without another question', async () => {
    mkdirSync(join(path, 'in the way'), { recursive: true });
    expect(await toFile({}, ['--limit', '20'])).toBe(8);
    expect(err).toContain('the same command goes on');
    rmSync(path, { recursive: true });
    api.asked.length = 0;
    expect(await toFile({}, ['--limit', '20'])).toBe(0);
    expect([recordsIn(readFileSync(path, 'utf8')), api.asked]).toEqual([21, []]);
  });

  test('begins anew when what was begun is too old', async () => {
    const abort = new AbortController();
    api.trouble.set(10, ['hangs', 'stale']);
    api.onPage = (from) => from === 10 && abort.abort('SIGINT');
    await toFile({ signal: abort.signal });
    api.onPage = () => undefined;
    api.asked.length = 0;
    expect(await toFile()).toBe(0);
    expect([readFileSync(path, 'utf8'), api.asked]).toEqual([api.csv, [10, 0, 10, 20, 30, 40]]);
  });

  test('takes the place of an older file only when it is whole', async () => {
    writeFileSync(path, 'old');
    const abort = new AbortController();
    api.onPage = (from) => from === 10 && abort.abort('SIGTERM');
    expect(await toFile({ signal: abort.signal })).toBe(143);
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(await toFile()).toBe(0);
    expect(readFileSync(path, 'utf8')).toBe(api.csv);
  });

  test('of a question that is refused leaves nothing behind', async () => {
    api.trouble.set(0, ['stale']);
    expect(await toFile()).toBe(2);
    expect([existsSync(`${path}.part`), err]).toEqual([false, expect.not.stringContaining('goes on')]);
  });

  test('does not mix the rows of two questions', async () => {
    const abort = new AbortController();
    api.onPage = (from) => from === 10 && abort.abort('SIGINT');
    await toFile({ signal: abort.signal });
    expect(await mrt(['--output', path, '--kind', 'named'])).toBe(2);
    expect(err).toContain('answers another question');
  });
});

describe('progress', () => {
  test('is one line in a terminal, and nothing of it stays', async () => {
    api.trouble.set(10, ['destroyed']);
    expect(await toFile({ terminal: true })).toBe(0);
    const lines = err.split('\r\u001b[2K');
    expect(lines).toContainEqual(expect.stringMatching(/again in \d+ s$/));
    expect(lines.at(-1)).toBe(`${path} has 50 rows\n`);
  });

  test('is never in a pipe', async () => {
    api.trouble.set(10, ['destroyed']);
    expect(await mrt([])).toBe(0);
    expect(err).toBe('');
  });
});
