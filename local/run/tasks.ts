/** The named parts of a start, so that somebody who waits sees what goes on and how long it took. */

/** Runs one part under its name. */
export type TaskRunner = <T>(name: string, work: () => Promise<T>) => Promise<T>;

/** Hears of each task, when it begins (`null`) and when it is done, with the seconds that it took. */
export type TaskListener = (name: string, seconds: number | null) => void;

/** A runner that tells `listener`; a task that fails is never said to be done. */
export function taskRunner(listener: TaskListener = () => undefined): TaskRunner {
  return async (name, work) => {
    const started = performance.now();
    listener(name, null);
    const result = await work();
    listener(name, (performance.now() - started) / 1000);
    return result;
  };
}
