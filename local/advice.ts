/** What a person can do about a start or a run that failed: words without a stack. */
import { AlreadyRunningError } from './run/folder-lock.ts';
import { PortTakenError } from './run/port-probe.ts';

/** By the code of a system call, or what a program says of it. */
const REMEDIES: readonly [sign: RegExp, remedy: (directory: string) => string][] = [
  [/listen EACCES/, () => 'Only root may listen on a port below 1024. Choose another one: PORT=3000 npm start'],
  [
    /ENOSPC|No space left on device/,
    (directory) => `The disk is full: the run needs some 500 MB in ${directory} and in the folder for temporary files.`,
  ],
  [
    /EROFS|[Rr]ead-only file system/,
    (directory) => `${directory} is on a read-only file system: start from a clone that can be written to.`,
  ],
  [
    /EACCES|EPERM|[Pp]ermission denied|unable to open database file/,
    (directory) =>
      `${directory} has files of another user, of an earlier start as root perhaps: remove it (sudo rm -r ${directory}) and start again.`,
  ],
];

/** @param directory of the run, `.local` */
export function advice(error: unknown, directory: string): string {
  if (error instanceof PortTakenError) {
    return `Port ${error.port} is taken by another program. Choose another one: PORT=${error.port + 1} npm start`;
  }
  if (error instanceof AlreadyRunningError) {
    return `The API already runs from this folder (process ${error.pid}). Stop it with Ctrl-C in its terminal, or: kill ${error.pid}`;
  }
  const message = error instanceof Error ? error.message : String(error);
  const remedy = REMEDIES.find(([sign]) => sign.test(message))?.[1](directory);
  return `${message}\n${remedy ?? `Logs are in ${directory}/log.`}`;
}
