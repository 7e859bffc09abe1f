/** What the kernel says of a function instance's process. From /proc, so on Linux only; elsewhere nothing is known. */
import { existsSync, readFileSync } from 'node:fs';

const PROC = existsSync('/proc/self/status');
/** Bit of SIGKILL, signal 9, in the kernel's masks of pending signals. */
const SIGKILL = 0x100n;
/** `PF_EXITING` of the kernel's include/linux/sched.h, in the ninth field of `/proc/<pid>/stat`. */
const EXITING = 0x4;

/** Resident memory in megabytes; `undefined` where there is none (macOS: the heap limit alone holds there). */
export function residentMegabytes(pid: number | undefined): number | undefined {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(read(pid, 'status'))?.[1];
  return kilobytes === undefined ? undefined : Math.ceil(Number(kilobytes) / 1024);
}

/**
 * Whether a process that was killed from outside is on its way out already, though its parent has not been told: a
 * frozen process takes its time to die. `false` where that cannot be known.
 */
export function isDying(pid: number | undefined): boolean {
  if (!PROC) return false;
  const status = read(pid, 'status');
  if (status === '' || /^State:\s+[ZX]/m.test(status)) return true;
  const pending = [...status.matchAll(/^S(?:ig|hd)Pnd:\s+([0-9a-f]+)$/gm)].map(([, mask]) => BigInt(`0x${mask}`));
  if (pending.some((mask) => (mask & SIGKILL) !== 0n)) return true;
  // The second field is the name in brackets, which may hold anything.
  const flags = Number(read(pid, 'stat').split(') ').at(-1)?.split(' ')[6]);
  return (flags & EXITING) !== 0;
}

function read(pid: number | undefined, file: 'status' | 'stat'): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
