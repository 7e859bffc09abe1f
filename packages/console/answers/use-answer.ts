/** An answer of the API in a component: what is there, whether it is being asked for, and what went wrong. */
import { useCallback, useEffect, useState } from 'preact/hooks';
import { type Question, requestPath } from '../address/question.ts';
import { useApi } from './api-context.ts';
import { type Failure, failureOf } from './failure.ts';

export interface AnswerState<T> {
  /** The newest answer to this question. With `failure` beside it, one from before. `null`: none yet. */
  data: T | null;
  failure: Failure | null;
  loading: boolean;
  /** When the answer came, milliseconds since the epoch. */
  at: number | null;
  /** Asks again, whatever is kept. */
  reload: () => void;
}

/** So long an answer is shown again without asking, when somebody comes back to a view. */
const MAX_AGE_MS = 60_000;

/**
 * Asks when the question changes, and gives up what is no longer waited for. What was answered within a minute is shown at
 * once.
 *
 * @param question `null`: nothing is asked, as the caller lacks the right, or something else has to be known first
 */
export function useAnswer<T>(question: Question | null): AnswerState<T> {
  const { client, kept } = useApi();
  const key = question === null ? null : requestPath(question);
  const [turn, setTurn] = useState(0);
  const [state, setState] = useState<{ key: string | null; loading: boolean; failure: Failure | null }>({
    key: null,
    loading: false,
    failure: null,
  });

  useEffect(() => {
    if (question === null || key === null) return;
    const before = kept.get(key);
    if (before !== undefined && turn === 0 && Date.now() - before.at < MAX_AGE_MS) {
      setState({ key, loading: false, failure: null });
      return;
    }
    const abort = new AbortController();
    setState({ key, loading: true, failure: null });
    // The client's types are by path; here the path is data.
    (client.get as (path: string, query: object, options: object) => Promise<unknown>)(question.path, question.query, {
      signal: abort.signal,
    }).then(
      (data) => {
        if (abort.signal.aborted) return;
        kept.set(key, { data, at: Date.now() });
        setState({ key, loading: false, failure: null });
      },
      (error: unknown) => {
        if (!abort.signal.aborted) setState({ key, loading: false, failure: failureOf(error, question) });
      },
    );
    return () => abort.abort();
  }, [key, turn]);

  const reload = useCallback(() => setTurn((count) => count + 1), []);
  const known = key === null ? undefined : kept.get(key);
  const isOwn = state.key === key;
  return {
    data: (known?.data as T | undefined) ?? null,
    at: known?.at ?? null,
    failure: isOwn ? state.failure : null,
    loading: key !== null && (isOwn ? state.loading : known === undefined),
    reload,
  };
}
