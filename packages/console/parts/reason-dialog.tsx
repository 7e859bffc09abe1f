/** Asks why something is to be shown in clear: the words go into the audit line, so that nobody is asked for them later. */
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';

/** X-Reason takes printable ASCII, up to so many characters. */
const MAX_REASON = 200;
const PRINTABLE = '[ -~]{3,}';

export function ReasonDialog({
  open,
  title,
  children,
  begin,
  confirm,
  close,
}: {
  /** Whether it is asked now. */
  open: boolean;
  title: string;
  /** What else should be known. */
  children?: ComponentChildren;
  /** The reason given before, to be taken again. */
  begin: string;
  confirm: (reason: string) => void;
  /** Escape, or Cancel. */
  close: () => void;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [reason, setReason] = useState(begin);
  const id = useId();
  useEffect(() => {
    if (open) dialog.current?.showModal();
    else dialog.current?.close();
  }, [open]);
  return (
    <dialog ref={dialog} aria-labelledby={id} onClose={close}>
      <form
        method="dialog"
        onSubmit={(event) => {
          event.preventDefault();
          confirm(reason);
        }}
      >
        <h2 id={id}>{title}</h2>
        {children}
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
          <button type="button" onClick={close}>
            Cancel
          </button>
        </div>
      </form>
    </dialog>
  );
}
