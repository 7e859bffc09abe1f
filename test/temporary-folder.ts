/**
 * All temporary files of a test run lie in one folder, which is removed at its end: the workers get it as their TMPDIR.
 * `.ci/run` compares the system's temporary folder before and after, so what is left elsewhere is seen too.
 */
import { chmodSync, globSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A system stops in one or two seconds. */
const MAX_WAIT_MS = 15_000;

export default function setup(): () => Promise<void> {
  removeAbandoned();
  const folder = mkdtempSync(join(tmpdir(), `mrt-tests-${process.pid}-`));
  // As root, PostgreSQL runs as another user, who has to get there.
  chmodSync(folder, 0o755);
  const { TMPDIR } = process.env;
  process.env['TMPDIR'] = folder;
  return async () => {
    if (TMPDIR === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = TMPDIR;
    // A worker that has just been told to end may still be stopping its system, whose folder says so.
    const late = Date.now() + MAX_WAIT_MS;
    while (Date.now() < late && globSync('*/run.pid', { cwd: folder }).length > 0) await sleep(50);
    remove(folder);
  };
}

/** Folders of runs that were killed: the number in the name is no process any more. */
function removeAbandoned(): void {
  for (const name of readdirSync(tmpdir())) {
    const pid = /^mrt-tests-(\d+)-/.exec(name)?.[1];
    if (pid === undefined) continue;
    try {
      process.kill(Number(pid), 0);
    } catch (error) {
      // Any other fault says that it is somebody else's process.
      if ((error as NodeJS.ErrnoException).code === 'ESRCH') remove(join(tmpdir(), name));
    }
  }
}

function remove(folder: string): void {
  // A server that has just been told to stop may write its last files meanwhile.
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 });
}
