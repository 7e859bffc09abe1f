/** What happens to a running system without anybody asking, and somebody should know. */
import type { LogFault } from '@mrt/local-aws/log/log-file.ts';

/** Who is told, by what it means for the run. */
export interface RunEvents {
  /** A part was lost and is back, or goes on with less: one line for a person. */
  notice: (message: string) => void;
  /** A part is gone for good; the run is of no use any more. */
  failed: (error: Error) => void;
  /** A log file cannot be written to; the run goes on without its lines. */
  logFault: LogFault;
}

/** The events as lines for a person; `failed` is the caller's, who ends the run. */
export function runEvents(print: (line: string) => void, failed: RunEvents['failed']): RunEvents {
  return {
    notice: print,
    failed,
    logFault: (path, { message }) => print(`${path} cannot be written (${message}): the run goes on without it.`),
  };
}
