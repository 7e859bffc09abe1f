/** Signs of what is bad, doubtful, good, or to be known: told apart by shape, so that colour only helps. */

const PATHS = {
  bad: 'M8 1.5 15 14.5H1Z M8 6v4 M8 12v.6',
  warn: 'M8 1.5a6.5 6.5 0 1 1 0 13a6.5 6.5 0 1 1 0-13 M8 4.5v4.5 M8 11v.6',
  note: 'M8 1.5a6.5 6.5 0 1 1 0 13a6.5 6.5 0 1 1 0-13 M8 7v4.5 M8 4.4v.6',
  good: 'M2.5 8.5 6.5 12.5 13.5 4',
  lock: 'M4 7h8v7H4Z M5.5 7V5a2.5 2.5 0 0 1 5 0v2',
} as const;

export type IconName = keyof typeof PATHS;

/** @param label says it to a screen reader; left out, the words beside it do */
export function Icon({ name, label }: { name: IconName; label?: string }) {
  return (
    // biome-ignore lint/a11y/noSvgWithoutTitle: named by aria-label, or hidden as the words beside it say the same
    <svg
      class={`icon icon-${name}`}
      viewBox="0 0 16 16"
      width="14"
      height="14"
      {...(label === undefined ? { 'aria-hidden': 'true' as const } : { role: 'img', 'aria-label': label })}
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
