/** The local run with the other account and its agent, for the figures about agents. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withoutThrottles } from '@mrt/local-aws/cloudformation/without-throttles.ts';
import type { AgentAccount } from '../local/accounts/agent-account.ts';
import { type System, startSystem } from '../local/system.ts';

const SCALE = 0.05;

/** A running system with its agent connected. @throws Error when the agent does not come */
export async function withAgent(work: (system: System, account: AgentAccount) => Promise<void>): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'mrt-bench-agents-'));
  const system = await startSystem({
    directory,
    sampleScale: SCALE,
    otherAccounts: true,
    changeTemplate: withoutThrottles,
  });
  try {
    const [account] = await system.startAccounts();
    if (account === undefined || !(await account.presence)) throw new Error('the agent did not come');
    await work(system, account);
  } finally {
    await system.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}
