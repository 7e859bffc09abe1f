/** One run of the system, as its parts are started with it: its folder, its processes, who hears of it, and how it ends. */
import { join } from 'node:path';
import type { ProcessRegister } from '@mrt/local-aws/lambda/running-function.ts';
import { LogFile } from '@mrt/local-aws/log/log-file.ts';
import type { RunEvents } from './events.ts';
import type { TaskRunner } from './tasks.ts';
import type { Teardown } from './teardown.ts';

export interface Run {
  /** Holds data and logs. */
  directory: string;
  /** Where each child process is entered, so that none outlives the run. */
  processes: ProcessRegister;
  /** Ends a synthesis that is under way: another part of the start has failed. */
  signal: AbortSignal;
  runTask: TaskRunner;
  events: RunEvents;
  /** Each part adds how it is stopped. */
  teardown: Teardown;
}

/** The folder of its logs. */
export function logDirectoryOf({ directory }: Pick<Run, 'directory'>): string {
  return join(directory, 'log');
}

/** The log `<name>.log` of the run, which is closed with it. */
export function openLog(run: Run, name: string): LogFile {
  const log = new LogFile(join(logDirectoryOf(run), `${name}.log`), run.events.logFault);
  run.teardown.add(() => log.end());
  return log;
}
