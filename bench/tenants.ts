/**
 * What it adds that a tenant's role is assumed: the first request of an instance, and a warm one, for a tenant's environment
 * against an operator's of the same kind, as the shipped bundles answer them on the local run. STS is on the same machine:
 * in the cloud its own time is added to the first request of each instance and tenant, once an hour.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withoutThrottles } from '@mrt/local-aws/cloudformation/without-throttles.ts';
import { startSystem } from '../local/system.ts';
import type { Figure } from './figure.ts';

const COLD = 12;
const WARM_UP = 20;
const WARM = 300;

const target = (environment: string) => `/users?environment=${environment}&limit=10&fields=id`;
const [TENANTS, OPERATORS] = [target('bank-a-prod'), target('shop-acc')];

/** A request as the function logs it, in milliseconds. */
interface Logged {
  duration_ms: number;
  upstream_ms: Record<string, number>;
  upstream_total_ms: number;
}

export async function figures(print: (figure: Figure) => void): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'mrt-tenants-'));
  const config = fileURLToPath(new URL('../config/banks.json', import.meta.url));
  const system = await startSystem({ directory, config, sampleScale: 0.05, changeTemplate: withoutThrottles });
  try {
    const headers = { authorization: `Bearer ${await system.token()}` };
    const ask = async (path: string) => {
      const response = await fetch(`${system.endpoints.api}${path}`, { headers });
      await response.arrayBuffer();
      if (response.status !== 200) throw new Error(`${path} answered ${response.status}`);
    };
    const logged = () => linesOf(join(system.logDirectory, 'users.log'));
    /** Asks for the two in turn, so that both meet the machine as it is. */
    const measured = async (times: number, before: () => void) => {
      const from = logged().length;
      for (let time = 0; time < times; time++) {
        for (const path of [TENANTS, OPERATORS]) {
          before();
          await ask(path);
        }
      }
      const lines = logged().slice(from);
      return {
        tenants: lines.filter((_, index) => index % 2 === 0),
        operators: lines.filter((_, index) => index % 2 === 1),
      };
    };

    const cold = await measured(COLD, () => system.functions.restart());
    report(
      print,
      `cold, role assumed (sts ${median(cold.tenants.map(({ upstream_ms }) => upstream_ms['sts'] ?? 0))})`,
      cold,
    );
    for (let time = 0; time < WARM_UP; time++) await ask(TENANTS).then(() => ask(OPERATORS));
    const warm = await measured(WARM, () => undefined);
    report(print, 'warm, session held', warm);
  } finally {
    await system.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

function report(
  print: (figure: Figure) => void,
  name: string,
  { tenants, operators }: Record<'tenants' | 'operators', Logged[]>,
): void {
  const [ours, theirs] = [tenants, operators].map((lines) => lines.map(({ duration_ms }) => duration_ms)) as [
    number[],
    number[],
  ];
  print({
    name: `/users of a tenant, ${name}, ${ours.length} requests`,
    ours: median(ours),
    theirs: `${median(theirs)} of an environment without a role`,
    ratio: `${(middle(ours) / middle(theirs)).toFixed(2)}×`,
    goal: '-',
  });
}

function linesOf(log: string): Logged[] {
  return readFileSync(log, 'utf8')
    .split('\n')
    .filter((line) => line.includes('"mrt.request"'))
    .map((line) => JSON.parse(line) as Logged);
}

const median = (values: readonly number[]) => `p50 ${middle(values).toFixed(1)} ms`;

function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
