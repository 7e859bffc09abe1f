/**
 * The run belongs to the npm that started it: when npm is killed, nobody knows of the run any more, so it ends too.
 * The `exec` in package.json's `start` makes npm its parent, where a shell would stand between.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const LOOK_MS = 500;
/** `npm start` and its relatives, as a process is called. */
const PACKAGE_MANAGER = /npm|yarn|pnpm|bun/;

/**
 * Calls `gone` when the package manager that runs this script ends, or has ended already: the parent is then whoever
 * takes in orphans. Does nothing where no `start` script has started it.
 */
export function watchParent(gone: () => void, environment: NodeJS.ProcessEnv = process.env): void {
  // Scripts hand their variables down: under `npm test` only a `start` of its own is one.
  if (environment['npm_lifecycle_event'] !== 'start') return;
  const parent = process.ppid;
  const command = commandOf(parent);
  // In a container npm itself may be process 1, which elsewhere takes in orphans.
  const isOrphan = command === null ? parent === 1 : !PACKAGE_MANAGER.test(command);
  if (isOrphan) {
    gone();
    return;
  }
  setInterval(() => {
    if (process.ppid !== parent) gone();
  }, LOOK_MS).unref();
}

/** The command line of a process; `null` where it cannot be read. */
function commandOf(pid: number): string | null {
  try {
    return process.platform === 'linux'
      ? readFileSync(`/proc/${pid}/cmdline`, 'utf8')
      : execFileSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' });
  } catch {
    return null;
  }
}
