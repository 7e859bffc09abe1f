/** Runs a named part of the start and tells how long it took. */
export type Step = <T>(name: string, work: () => Promise<T>) => Promise<T>;

/** Hears of each step, when it begins and (with its seconds) when it is done. */
export type Progress = (step: string, seconds: number | null) => void;

export function steps(progress: Progress = () => undefined): Step {
  return async (name, work) => {
    const started = performance.now();
    progress(name, null);
    const result = await work();
    progress(name, (performance.now() - started) / 1000);
    return result;
  };
}
