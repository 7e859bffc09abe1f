/** Cuts what is to be sent into calls that AWS takes. */

/** What one call takes. */
export interface Limits {
  items: number;
  /** Of all items together, as AWS counts them. */
  bytes: number;
}

/**
 * The items in their order, in as few batches as the limits allow. One that is larger than a batch has one of its own.
 *
 * Of sizes 200, 30, 30, 250 and 1 with room for 256 bytes and 10 items: [200, 30], [30], [250, 1].
 */
export function batches<T>(items: readonly T[], { items: most, bytes }: Limits, sizeOf: (item: T) => number): T[][] {
  const filled: T[][] = [];
  let free = 0;
  for (const item of items) {
    const size = sizeOf(item);
    const last = filled.at(-1);
    if (last === undefined || last.length === most || size > free) {
      filled.push([item]);
      free = bytes - size;
    } else {
      last.push(item);
      free -= size;
    }
  }
  return filled;
}
