/**
 * Warm overhead: what a request takes in the function less its wait for upstreams, token check included,
 * as the shipped bundles themselves log it, on the local run.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withoutThrottles } from '@mrt/local-aws/cloudformation/without-throttles.ts';
import { startSystem } from '../local/system.ts';
import type { Figure } from './figure.ts';

const WARM_UP = 50;
const REQUESTS = 500;
const TARGETS = {
  environments: '/environments',
  users: '/users?environment=shop-prod&limit=10',
  table_size: '/table_size?environment=shop-prod&limit=10',
};

export async function figures(print: (figure: Figure) => void): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'mrt-warm-overhead-'));
  const system = await startSystem({ directory, sampleScale: 0.05, changeTemplate: withoutThrottles });
  try {
    const headers = { authorization: `Bearer ${await system.token()}` };
    for (const [route, target] of Object.entries(TARGETS)) {
      for (let n = 0; n < WARM_UP + REQUESTS; n++) {
        const response = await fetch(`${system.endpoints.api}${target}`, { headers });
        await response.arrayBuffer();
        if (response.status !== 200) throw new Error(`${target} answered ${response.status}`);
      }
      const overhead = overheads(join(system.logDirectory, `${route}.log`)).slice(-REQUESTS);
      print({
        name: `warm overhead of /${route}, ${overhead.length} requests`,
        ours: `p50 ${percentile(overhead, 50).toFixed(1)} ms, p99 ${percentile(overhead, 99).toFixed(1)} ms`,
        theirs: '-',
        ratio: '-',
        goal: 'p50 ≤ 1 ms, p99 ≤ 5 ms',
      });
    }
  } finally {
    await system.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

function overheads(log: string): number[] {
  return readFileSync(log, 'utf8')
    .split('\n')
    .filter((line) => line.includes('"mrt.request"'))
    .map((line) => JSON.parse(line) as { duration_ms: number; upstream_total_ms: number })
    .map(({ duration_ms, upstream_total_ms }) => duration_ms - upstream_total_ms);
}

function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? Number.NaN;
}
