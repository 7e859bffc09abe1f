/** The states of a view beside its figures: loading, failed, partial, old, empty. */
import type { ComponentChildren } from 'preact';
import { useApi } from '../answers/api-context.ts';
import type { Failure } from '../answers/failure.ts';
import type { AnswerState } from '../answers/use-answer.ts';
import { Time } from './figure.tsx';
import { Icon } from './icon.tsx';

/** Shows what an answer brings, or in its place what there is to say. */
export function Answer<T>({
  state,
  what,
  children,
}: {
  state: AnswerState<T>;
  /** What is waited for: `the tables`. */
  what: string;
  children: (data: T) => ComponentChildren;
}) {
  const { data, failure, loading, at, reload } = state;
  return (
    <>
      {failure === null ? null : (
        <FailureNote failure={failure} reload={reload} since={data === null ? null : at} loading={loading} />
      )}
      {data === null && loading ? <Loading what={what} /> : null}
      {data === null ? null : <div class={loading ? 'renewing' : undefined}>{children(data)}</div>}
    </>
  );
}

/** Room is kept, so that the page does not jump when the answer comes. */
export function Loading({ what }: { what: string }) {
  return (
    <p class="loading" role="status">
      Asking for {what} …
    </p>
  );
}

/** @param since when the figures below were answered, where older ones are still shown */
export function FailureNote({
  failure,
  reload,
  since = null,
  loading = false,
}: {
  failure: Failure;
  reload?: () => void;
  since?: number | null;
  loading?: boolean;
}) {
  const { signIn } = useApi();
  return (
    <div class="note bad" role="alert">
      <Icon name="bad" />
      <div>
        <strong>{failure.title}.</strong> <span>{failure.detail}</span>
        {since === null ? null : (
          <span>
            {' '}
            What is shown below is from <Time at={new Date(since).toISOString()} />.
          </span>
        )}
        {failure.offers.length === 0 ? null : <span> Perhaps: {failure.offers.join(', ')}.</span>}
        {failure.requestId === null ? null : <span class="faint"> Request {failure.requestId}</span>}
        <div class="actions">
          {failure.signedOut ? (
            <button type="button" onClick={signIn}>
              Sign in
            </button>
          ) : null}
          {failure.passes && reload ? (
            <button type="button" onClick={reload} disabled={loading}>
              Try again
            </button>
          ) : null}
        </div>
      </div>
    </div>
  );
}

/** Something that belongs here is missing, and why. */
export function PartialNote({ children }: { children: ComponentChildren }) {
  return (
    <div class="note warn" role="status">
      <Icon name="warn" />
      <div>{children}</div>
    </div>
  );
}

/** Nothing is here, which is an answer and no fault. */
export function Empty({ children }: { children: ComponentChildren }) {
  return <p class="empty">{children}</p>;
}
