/** What no log of ours may hold, whatever was asked: tokens, people, SQL, addresses of AWS. */
import { expect } from 'vitest';
import type { RunningSystem } from './running-system.ts';

const FORBIDDEN = [
  /eyJ[\w-]{10,}\.[\w-]+/,
  /[\w.+-]+@[\w-]+\.[a-z]{2,}/,
  /\bSELECT\b|pg_catalog/,
  /arn:aws:/,
  /\{AES3?\}|BEGIN .*KEY/,
];

/** Searches what gateway and functions have written for this test file; PostgreSQL's and the synthesis' logs are not ours. */
export function expectCleanLogs(system: RunningSystem): void {
  const written = ['access', ...system.functionLogs()].map((name) => system.logged(name)).join('');
  expect(written).toContain('mrt.request');
  for (const pattern of FORBIDDEN) expect(pattern.exec(written)?.[0], `${pattern} in the logs`).toBeUndefined();
}
