/** Shares of a whole as one bar, with its parts named below: for the eye a bar, for everybody else a list. */
import type { ComponentChildren } from 'preact';
import { share } from '../words/numbers.ts';

export interface Part {
  name: string;
  value: number;
  /** As it is written: `450 MiB`. */
  text: string;
  /** Where a click on its name leads. */
  link?: ComponentChildren;
}

/** Parts in their order; colours go round by place. */
export function PartsBar({ label, parts }: { label: string; parts: readonly Part[] }) {
  const total = parts.reduce((sum, { value }) => sum + Math.max(0, value), 0);
  let left = 0;
  return (
    <div class="parts">
      <svg class="parts-bar" viewBox="0 0 1000 14" preserveAspectRatio="none" aria-hidden="true">
        {parts.map(({ name, value }, index) => {
          const width = total === 0 ? 0 : (Math.max(0, value) / total) * 1000;
          const x = left;
          left += width;
          return (
            <rect
              key={name}
              class={`fill series-${index % 8}`}
              x={x}
              y="0"
              width={Math.max(0, width - 2)}
              height="14"
            />
          );
        })}
      </svg>
      <ul aria-label={label}>
        {parts.map(({ name, value, text, link }, index) => (
          <li key={name}>
            <svg class="key" viewBox="0 0 10 10" width="10" height="10" aria-hidden="true">
              <rect class={`fill series-${index % 8}`} width="10" height="10" rx="2" />
            </svg>
            <span>{link ?? name}</span>
            <span class="number">
              {text} {value > 0 ? <span class="faint">{share(value / total)}</span> : null}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** A share within a cell of a table. */
export function CellBar({ value, of }: { value: number; of: number }) {
  const width = of <= 0 ? 0 : Math.min(1, Math.max(0, value / of)) * 60;
  return (
    <svg class="cell-bar" viewBox="0 0 60 8" width="60" height="8" aria-hidden="true">
      <rect class="ground" width="60" height="8" />
      <rect class="fill series-0" width={width} height="8" />
    </svg>
  );
}
