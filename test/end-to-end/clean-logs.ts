/** What no log of ours may hold, whatever was asked: tokens, people, SQL, addresses of AWS. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';

const FORBIDDEN = [
  /eyJ[\w-]{10,}\.[\w-]+/,
  /[\w.+-]+@[\w-]+\.[a-z]{2,}/,
  /\bSELECT\b|pg_catalog/,
  /arn:aws:/,
  /\{AES3?\}|BEGIN .*KEY/,
];

/** Searches what the gateway and the functions have written so far; PostgreSQL's and the synthesis' logs are not ours. */
export function expectCleanLogs(logDirectory: string): void {
  const files = readdirSync(logDirectory).filter((name) => !/^(postgres|synth)/.test(name));
  const written = files.map((name) => readFileSync(join(logDirectory, name), 'utf8')).join('');
  expect(written).toContain('mrt.request');
  for (const pattern of FORBIDDEN) expect(pattern.exec(written)?.[0], `${pattern} in the logs`).toBeUndefined();
}
