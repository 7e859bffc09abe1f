/** Concerns in words, the worst first. */
import { useState } from 'preact/hooks';
import { Link } from 'wouter-preact';
import { Icon } from '../../parts/icon.tsx';
import { Empty } from '../../parts/state.tsx';
import { plural } from '../../words/numbers.ts';
import type { Concern } from './concerns.ts';

/** So many are seen in ten seconds. */
const MAX_SHOWN = 12;

const SAID = { bad: 'Act now', warn: 'Look at it', note: 'To know' } as const;

export function ConcernList({
  concerns,
  environments,
  isWhole,
}: {
  concerns: readonly Concern[];
  environments: number;
  /** Whether every question was answered: else nothing is called good. */
  isWhole: boolean;
}) {
  const [all, setAll] = useState(false);
  if (concerns.length === 0 && !isWhole) return <Empty>Nothing, of what could be read.</Empty>;
  if (concerns.length === 0) {
    return (
      <p class="all-good">
        <Icon name="good" /> Nothing, of what is known about {plural(environments, 'environment')}.
      </p>
    );
  }
  const shown = all ? concerns : concerns.slice(0, MAX_SHOWN);
  return (
    <>
      <ol class="concerns">
        {shown.map(({ severity, environment, what, why, href }) => (
          <li key={`${environment} ${what} ${why}`} class={severity}>
            <Icon name={severity} label={SAID[severity]} />
            <div>
              <Link href={href}>
                <strong>{environment}</strong> {what}:
              </Link>{' '}
              <span class="why">{why}</span>
            </div>
          </li>
        ))}
      </ol>
      {shown.length < concerns.length ? (
        <button type="button" onClick={() => setAll(true)}>
          Show all {concerns.length}
        </button>
      ) : null}
    </>
  );
}
