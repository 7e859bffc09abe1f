/** Accounts that a test opens and that end with it, and what is written meanwhile. */
import { afterEach, beforeEach, vi } from 'vitest';
import { startAccount } from './account.ts';
import { Accounts, IMPATIENT, type Patience } from './accounts.ts';
import { answering, type Domain } from './stage.ts';

/** For the tests of a file. */
export interface OpenedAccounts {
  /** A broker for these agents, and this process as a function that may ask them. No agent runs yet. */
  open(names: readonly string[], domain?: Domain, patience?: Patience): Promise<Accounts>;
  /** What agents and functions have written in this test, standard output by its pieces. */
  lines: string[];
}

/** Called once at the top of a file: whatever a test opens is stopped after it. */
export function openedAccounts(): OpenedAccounts {
  const opened: Accounts[] = [];
  const lines: string[] = [];
  beforeEach(() => {
    lines.length = 0;
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      lines.push(String(text));
      return true;
    });
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    for (const accounts of opened.splice(0)) await accounts.stop();
    vi.unstubAllEnvs();
  });
  return {
    lines,
    async open(names, domain = answering(), patience = IMPATIENT) {
      const account = await startAccount(names);
      const { accessKeyId, secretAccessKey, sessionToken } = account.principal;
      vi.stubEnv('AWS_ACCESS_KEY_ID', accessKeyId);
      vi.stubEnv('AWS_SECRET_ACCESS_KEY', secretAccessKey);
      vi.stubEnv('AWS_SESSION_TOKEN', sessionToken);
      vi.stubEnv('AWS_ENDPOINT_URL_IOT_DATA_PLANE', account.broker.address.origin);
      const accounts = new Accounts(account, domain, patience);
      opened.push(accounts);
      return accounts;
    },
  };
}
