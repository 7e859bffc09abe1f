/** Circles in a graph of imports. */

/**
 * Files that reach themselves, each circle as one sorted list: with `a → b`, `b → c`, `c → a` and `c → d` that is
 * `[['a', 'b', 'c']]`. Files that reach each other by several ways are one list (strongly connected: Tarjan,
 * "Depth-first search and linear graph algorithms", 1972).
 *
 * @param imports by file; what is no key is not looked at
 */
export function cyclesOf(imports: ReadonlyMap<string, readonly string[]>): string[][] {
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const open: string[] = [];
  const circles: string[][] = [];

  const visit = (file: string): void => {
    order.set(file, order.size);
    lowest.set(file, order.get(file) ?? 0);
    open.push(file);
    const targets = (imports.get(file) ?? []).filter((target) => imports.has(target));
    for (const target of targets) {
      if (!order.has(target)) visit(target);
      if (open.includes(target)) lowest.set(file, Math.min(lowest.get(file) ?? 0, lowest.get(target) ?? 0));
    }
    if (lowest.get(file) !== order.get(file)) return;
    const connected = open.splice(open.indexOf(file));
    if (connected.length > 1 || targets.includes(file)) circles.push(connected.sort((a, b) => (a < b ? -1 : 1)));
  };
  for (const file of imports.keys()) if (!order.has(file)) visit(file);
  return circles.sort(([a = ''], [b = '']) => (a < b ? -1 : 1));
}
