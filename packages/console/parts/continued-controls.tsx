/** Begin, stop and go on with something that takes a while. */
import type { ComponentChildren } from 'preact';
import type { Continued } from '../answers/use-continued.ts';
import { FailureNote } from './state.tsx';

export function ContinuedControls<T>({
  of: { running, answer, done, failure, start, stop },
  begin,
  children,
}: {
  of: Continued<T>;
  /** On the button: `List the bucket now`. */
  begin: string;
  /** How far it is. */
  children?: ComponentChildren;
}) {
  const words = answer === null ? begin : done ? 'Again' : 'Go on';
  return (
    <div class="continued">
      <button type="button" onClick={running ? stop : start}>
        {running ? 'Stop' : words}
      </button>
      <span role="status" class="progress">
        {running && answer === null ? 'Asking …' : children}
      </span>
      {failure === null ? null : <FailureNote failure={failure} reload={start} />}
    </div>
  );
}
