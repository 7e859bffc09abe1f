/** `--watch`: the same question again and again, until Ctrl-C. */
import { setTimeout as sleep } from 'node:timers/promises';
import { MrtError } from '@mrt/client';
import type { Run } from '../run.ts';

/** Figures of CloudWatch come once a day and those of a database with every look: half a minute is often enough. */
export const DEFAULT_WATCH_SECONDS = 30;

/**
 * Asks, shows, waits. A passing fault is shown and does not end it. In a terminal each answer takes the place of the last.
 *
 * @throws what is no error of the API, and the signal's reason at Ctrl-C
 */
export async function watch(run: Run, seconds: number, ask: () => Promise<unknown>): Promise<never> {
  for (;;) {
    const screen = run.stdout.isTTY === true;
    // Clears the screen and what has scrolled off it: the newest answer stands at the top.
    if (screen) await run.output.write('\x1b[H\x1b[2J\x1b[3J');
    run.say(`${new Date().toISOString().slice(0, 19)}Z, every ${seconds} s; Ctrl-C ends it`);
    try {
      await ask();
    } catch (error) {
      if (!(error instanceof MrtError)) throw error;
      run.say(error.message);
    }
    await sleep(seconds * 1000, undefined, { signal: run.signal });
  }
}
