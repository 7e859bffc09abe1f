/** The embedded PostgreSQL of a run: started again when it ends by itself, given up when it keeps ending. */
import { type Postgres, type PostgresOptions, startPostgres } from '@mrt/local-aws/rds/postgres.ts';

/** A server that ends as often as this within the window has a reason that another start does not cure. */
const MAX_RESTARTS = 3;
const WINDOW_MS = 60_000;

/** As for the server itself, and who hears of its ends. */
export interface SupervisionOptions extends Omit<PostgresOptions, 'onExit'> {
  /** Says to whoever watches that the server has ended and is started again. */
  notice: (message: string) => void;
  /** The server does not run any more, and is not started again. */
  giveUp: (error: Error) => void;
}

/** @throws Error as `startPostgres`, for the first start only */
export async function startSupervisedPostgres({ notice, giveUp, ...options }: SupervisionOptions): Promise<Postgres> {
  let restarts: number[] = [];
  const postgres = await startPostgres({ ...options, onExit: (how) => void restart(how) });

  async function restart(how: string): Promise<void> {
    const now = Date.now();
    restarts = [...restarts.filter((time) => now - time < WINDOW_MS), now];
    if (restarts.length > MAX_RESTARTS) {
      giveUp(new Error(`PostgreSQL has ended ${restarts.length} times within a minute, the last time by ${how}`));
      return;
    }
    notice(`PostgreSQL has ended (${how}); it is started again.`);
    try {
      await postgres.start();
    } catch (error) {
      giveUp(error instanceof Error ? error : new Error(String(error)));
    }
  }
  return postgres;
}
