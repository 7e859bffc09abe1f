/** A figure with where it is from: every one says its source, its age and whether it is exact. */
import type { ComponentChildren } from 'preact';
import { age, exactTime } from '../words/times.ts';
import { useNow } from './now.ts';

export interface FigureProps {
  label: string;
  /** As it is shown: `9.75 GiB`. */
  value: ComponentChildren;
  /** The exact figure, for whoever points at it. */
  exactly?: string | undefined;
  /** Where it is from: `CloudWatch`. */
  source?: string | undefined;
  /** The time that it is true for. */
  asOf?: string | null | undefined;
  /** What should be known beside it: `estimate`, `at least`. */
  note?: ComponentChildren;
  /** Drawn beside the value: a trend. */
  children?: ComponentChildren;
}

/** One figure in a row of them. */
export function Figure({ label, value, exactly, source, asOf, note, children }: FigureProps) {
  return (
    <div class="figure">
      <dt>{label}</dt>
      <dd>
        <span class="figure-value" title={exactly}>
          {value}
        </span>
        {children}
        {note === undefined ? null : <span class="figure-note">{note}</span>}
        {source === undefined ? null : (
          <span class="source">
            {source}
            {asOf === undefined ? null : (
              <>
                {' · '}
                <Time at={asOf} />
              </>
            )}
          </span>
        )}
      </dd>
    </div>
  );
}

/** How long ago; the exact time with its zone stands in the title, and for machines in `datetime`. */
export function Time({ at }: { at: string | null | undefined }) {
  const now = useNow();
  if (!at) return <span>time not known</span>;
  return (
    <time dateTime={at} title={exactTime(at)}>
      {age(at, now)}
    </time>
  );
}

/** What is not known: a dash for the eye, words for a screen reader, the reason on hover. */
export function Unknown({ why = 'not known' }: { why?: string }) {
  return (
    <span class="unknown" title={why}>
      <span aria-hidden="true">–</span>
      <span class="unseen">{why}</span>
    </span>
  );
}
