/** Users in clear: a step of its own, with the reason that goes into the audit line. Never kept, never in an address. */
import type { WholeAnswer } from '@mrt/client';
import { useEffect, useState } from 'preact/hooks';
import { type Question, requestPath } from '../../address/question.ts';
import { useApi } from '../../answers/api-context.ts';
import { type Failure, failureOf } from '../../answers/failure.ts';
import { ReasonDialog } from '../../parts/reason-dialog.tsx';
import { FailureNote } from '../../parts/state.tsx';
import { UserRows } from './user-rows.tsx';

export function ClearRows({ question, allowed }: { question: Question; allowed: boolean }) {
  const { client } = useApi();
  const [isAsking, setAsking] = useState(false);
  const [reason, setReason] = useState('');
  const [answer, setAnswer] = useState<WholeAnswer<'/users'> | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const key = requestPath(question);
  // Other filters are another question: what was shown for the last one goes.
  useEffect(() => {
    setAnswer(null);
    setFailure(null);
  }, [key]);

  const show = async (why: string) => {
    setAsking(false);
    setReason(why);
    setFailure(null);
    try {
      const query = { ...question.query, clear: true } as { clear: boolean };
      setAnswer(await client.get('/users', query, { reason: why }));
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
        <button type="button" onClick={() => setAsking(true)}>
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
      <ReasonDialog
        open={isAsking}
        title="Why in clear?"
        begin={reason}
        confirm={(why) => void show(why)}
        close={() => setAsking(false)}
      />
    </div>
  );
}
