import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LogFile } from '@mrt/local-aws/log/log-file.ts';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'mrt-log-'));
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(directory, { recursive: true, force: true });
});

test('lines are added to those of earlier runs, for the user’s eyes only', async () => {
  const path = join(directory, 'users.log');
  for (const line of ['first\n', 'second\n']) {
    const log = new LogFile(path);
    log.write(line);
    log.end();
    await vi.waitFor(() => expect(readFileSync(path, 'utf8')).toContain(line), 20_000);
  }
  expect(readFileSync(path, 'utf8')).toBe('first\nsecond\n');
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test.skipIf(!existsSync('/dev/full'))('a full disk is told once, and ends nothing', async () => {
  const fault = vi.fn();
  const log = new LogFile('/dev/full', fault);
  log.write('lost\n');
  await vi.waitFor(() => expect(fault).toHaveBeenCalledOnce(), 20_000);
  expect(fault).toHaveBeenCalledWith('/dev/full', expect.objectContaining({ code: 'ENOSPC' }));
  for (let line = 0; line < 10; line++) log.write('lost too\n');
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(fault).toHaveBeenCalledOnce();
  log.end();
});

test('a file that can be written again gets the lines from then on', async () => {
  const place = join(directory, 'away');
  const fault = vi.fn();
  const log = new LogFile(join(place, 'users.log'), fault);
  log.write('lost\n');
  await vi.waitFor(() => expect(fault).toHaveBeenCalledOnce(), 20_000);
  mkdirSync(place);
  log.write('too early\n');
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 6_000 });
  log.write('kept\n');
  await vi.waitFor(() => expect(readFileSync(join(place, 'users.log'), 'utf8')).toBe('kept\n'), 20_000);
  log.end();
});
