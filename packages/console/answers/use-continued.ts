/**
 * An answer that takes longer than one request: asked for again and again by its cursor until it is whole. It shows how far
 * it is, can be stopped, and goes on from where it was. Listings and audits carry their totals on, so the newest answer is
 * always of everything so far.
 */
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { type Question, requestPath } from '../address/question.ts';
import { useApi } from './api-context.ts';
import { type Failure, failureOf } from './failure.ts';

/** Seconds of each request: short enough that something is seen to move. */
const STEP_SECONDS = 4;

export interface Continued<T> {
  /** The newest answer; `null`: none yet. */
  answer: T | null;
  running: boolean;
  /** Requests that were answered. */
  steps: number;
  /** Whether it has come to its end. */
  done: boolean;
  failure: Failure | null;
  /** Begins, or goes on. */
  start: () => void;
  stop: () => void;
}

interface Progress<T> {
  key: string;
  answer: T | null;
  steps: number;
  cursor: string | null;
}

export function useContinued<T extends { next_cursor: string | null }>(question: Question): Continued<T> {
  const { client } = useApi();
  const key = requestPath(question);
  const [progress, setProgress] = useState<Progress<T>>({ key, answer: null, steps: 0, cursor: null });
  const [running, setRunning] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const abort = useRef<AbortController | null>(null);
  const current = progress.key === key ? progress : { key, answer: null, steps: 0, cursor: null };

  const stop = useCallback(() => abort.current?.abort(), []);
  // Another question, or another page: nobody waits for this one any more.
  useEffect(() => stop, [key]);

  const start = async () => {
    const own = new AbortController();
    abort.current = own;
    setRunning(true);
    setFailure(null);
    const isOver = current.answer !== null && current.cursor === null;
    let { cursor, steps } = isOver ? { cursor: null, steps: 0 } : current;
    try {
      do {
        const query = { ...question.query, budget_s: STEP_SECONDS, ...(cursor !== null && { cursor }) };
        const get = client.get as (path: string, query: object, options: object) => Promise<unknown>;
        const answer = (await get.call(client, question.path, query, { signal: own.signal })) as T;
        cursor = answer.next_cursor;
        steps += 1;
        setProgress({ key, answer, steps, cursor });
      } while (cursor !== null && !own.signal.aborted);
    } catch (error) {
      if (!own.signal.aborted) setFailure(failureOf(error, question));
    } finally {
      if (abort.current === own) setRunning(false);
    }
  };

  const { answer, steps, cursor } = current;
  return { answer, steps, running, done: answer !== null && cursor === null, failure, start: () => void start(), stop };
}
