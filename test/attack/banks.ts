/** The stage of two banks, and whatever a caller may ask of it: for tests that try one bank's callers on the other. */
import { fileURLToPath } from 'node:url';
import { withoutThrottles } from '@mrt/local-aws/cloudformation/without-throttles.ts';
import { routes } from '../../lambdas/routes.ts';
import { type Reply, type RunningSystem, runSystem } from '../end-to-end/running-system.ts';

/** Of this worker, as `sharedSystem` is; files leave it as they found it. */
let shared: Promise<RunningSystem> | undefined;

/** The stage of `config/banks.json`, with a small sample. */
export function bankSystem(): Promise<RunningSystem> {
  shared ??= start();
  return shared;
}

async function start(): Promise<RunningSystem> {
  const system = await runSystem({
    config: fileURLToPath(new URL('../../config/banks.json', import.meta.url)),
    sampleScale: 0.05,
    changeTemplate: withoutThrottles,
  });
  // How vitest ends a worker.
  process.once('SIGTERM', () => void system.end().finally(() => process.exit(0)));
  return system;
}

/** Whoever asks for a bank: its machine client, and a person of its group. */
export interface BankCaller {
  bank: Bank;
  name: string;
  token: string;
}

export type Bank = 'bank-a' | 'bank-b';
export const BANKS: readonly Bank[] = ['bank-a', 'bank-b'];
export const otherBank = (bank: Bank): Bank => (bank === 'bank-a' ? 'bank-b' : 'bank-a');
export const environmentOf = (bank: Bank) => `${bank}-prod`;

/** Of both banks. */
export async function bankCallers(system: RunningSystem): Promise<BankCaller[]> {
  return Promise.all(
    BANKS.flatMap((bank) => [
      system.token({ client: `${bank}-client` }).then((token) => ({ bank, name: 'client', token })),
      system.token({ person: `${bank}-operators` }).then((token) => ({ bank, name: 'person', token })),
    ]),
  );
}

/** Routes about one environment that the banks' are configured for. */
export const environmentRoutes = routes.filter(
  ({ environment, needs }) => environment && !needs.some((need) => need.startsWith('airflow')),
);

/** An answer without what differs from one request to the next. */
export function withoutIds({ status, text, headers }: Reply): string {
  return `${status} ${text.replaceAll(/"request_id":"[^"]*"/g, '')} ${headers.get('content-type')} ${headers.get('etag')}`;
}

/**
 * What nobody of a bank may read anywhere: the other's name, in any spelling that a sample has it, and the operator's app.
 *
 * @returns the first such word in the text, with what is round it; `null`: there is none
 */
export function foreignIn(text: string, bank: Bank): string | null {
  const other = otherBank(bank);
  const words = [other, other.replace('-', '_'), 'shop-acc', 'shop_acc', 'shop-shared-files'];
  return new RegExp(`.{0,60}(${words.join('|')}).{0,60}`, 'i').exec(text)?.[0] ?? null;
}
