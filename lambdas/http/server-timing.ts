/** The header `Server-Timing` (W3C): what each upstream took, as far as the caller may know it. */
import type { Timing } from '../context.ts';

/**
 * How much the times say. They are measured beside the data, so distance does not blur them: to a tenth of a
 * millisecond they told the logins that exist from those that do not, though every row was masked.
 */
export type Precision =
  /** Tenths of a millisecond: nothing is hidden from this caller. */
  | 'exact'
  /** Whole steps of 10 ms, rounded up: enough to see which upstream is slow. */
  | 'coarse'
  /** Names of the upstreams only: the answer is masked and somebody was looked up. */
  | 'names';

const STEP_MS = 10;

/** @param total milliseconds since the request came */
export function serverTiming(timing: Timing, total: number, precision: Precision): string {
  return [...timing.shares(), ['total', total] as const]
    .map(([name, ms]) => `${token(name)}${duration(ms, precision)}`)
    .join(', ');
}

function duration(ms: number, precision: Precision): string {
  if (precision === 'names') return '';
  return `;dur=${precision === 'exact' ? ms.toFixed(1) : Math.ceil(ms / STEP_MS) * STEP_MS}`;
}

/** An upstream's name as an RFC 9110 token. */
function token(name: string): string {
  return name.replace(/[^\w-]/g, '-');
}
