/** The time, as often as ages change. */
import { useEffect, useState } from 'preact/hooks';

const STEP_MS = 30_000;

/** Milliseconds since the epoch; the component is drawn anew every half minute. */
export function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), STEP_MS);
    return () => clearInterval(timer);
  }, []);
  return now;
}
