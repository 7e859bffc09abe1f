/** Users in clear: a step of its own, with the reason that goes into the audit line. Never kept, never in an address. */
import type { WholeAnswer } from '@mrt/client';
import { useEffect, useRef, useState } from 'preact/hooks';
import { type Question, requestPath } from '../../address/question.ts';
import { useApi } from '../../answers/api-context.ts';
import { type Failure, failureOf } from '../../answers/failure.ts';
import { FailureNote } from '../../parts/state.tsx';
import { UserRows } from './user-rows.tsx';

/** X-Reason takes printable ASCII, up to so many characters. */
const MAX_REASON = 200;
const PRINTABLE = '[ -~]{3,}';

export function ClearRows({ question, allowed }: { question: Question; allowed: boolean }) {
  const { client } = useApi();
  const [reason, setReason] = useState('');
  const [answer, setAnswer] = useState<WholeAnswer<'/users'> | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const dialog = useRef<HTMLDialogElement>(null);
  const key = requestPath(question);
  // Other filters are another question: what was shown for the last one goes.
  useEffect(() => {
    setAnswer(null);
    setFailure(null);
  }, [key]);

  const reveal = async () => {
    dialog.current?.close();
    setFailure(null);
    try {
      const query = { ...question.query, clear: true } as { clear: boolean };
      setAnswer(await client.get('/users', query, { reason }));
    } catch (error) {
      setFailure(failureOf(error, question));
    }
  };

  if (!allowed) {
    return (
      <p class="faint">Names and addresses in clear need the scope mrt/users.profile, which you do not have here.</p>
    );
  }
  return (
    <div class="clear">
      {failure === null ? null : <FailureNote failure={failure} />}
      {answer === null ? (
        <button type="button" onClick={() => dialog.current?.showModal()}>
          Show this page in clear …
        </button>
      ) : (
        <>
          <p>
            In clear, for: {reason}. It is in the audit log.{' '}
            <button type="button" onClick={() => setAnswer(null)}>
              Hide
            </button>
          </p>
          <UserRows users={answer.users ?? []} caption="The same users in clear" />
        </>
      )}
      <dialog ref={dialog} aria-labelledby="why-clear">
        <form
          method="dialog"
          onSubmit={(event) => {
            event.preventDefault();
            void reveal();
          }}
        >
          <h2 id="why-clear">Why in clear?</h2>
          <p>The reason goes into the audit log, with your name and the time.</p>
          <label>
            Reason
            <input
              required
              maxLength={MAX_REASON}
              pattern={PRINTABLE}
              title="At least 3 letters, digits or signs, without accents"
              value={reason}
              onInput={(event) => setReason(event.currentTarget.value)}
            />
          </label>
          <div class="actions">
            <button type="submit" class="primary">
              Show in clear
            </button>
            <button type="button" onClick={() => dialog.current?.close()}>
              Cancel
            </button>
          </div>
        </form>
      </dialog>
    </div>
  );
}
