/** Names that somebody who wrote another one may have meant. */

const MAX_OFFERED = 5;
/** Longer ones are compared by their beginning: the work grows with the square of the length. */
const MAX_COMPARED = 100;

/**
 * Those of `names` that are near `name`, the nearest first, five at most: the same but for case and the signs between
 * words, longer ones that hold it, or a few typing errors away (a third of its letters, three at most).
 *
 * `sales.order` among `Sales.Order`, `Sales.OrderLine`, `Crm.Person` gives `Sales.Order`, `Sales.OrderLine`.
 *
 * @param names may be many: 10,000 of 30 letters take some ten milliseconds
 */
export function nearNames(name: string, names: Iterable<string>): string[] {
  const asked = plain(name);
  const most = Math.min(3, Math.floor(asked.length / 3));
  const near: { candidate: string; distance: number }[] = [];
  for (const candidate of names) {
    const other = plain(candidate);
    const distance = asked.length >= 3 && other.includes(asked) ? 1 : editDistance(asked, other, most);
    if (other === asked) near.push({ candidate, distance: 0 });
    else if (distance <= most) near.push({ candidate, distance });
  }
  near.sort((a, b) => a.distance - b.distance || (a.candidate < b.candidate ? -1 : 1));
  return near.slice(0, MAX_OFFERED).map(({ candidate }) => candidate);
}

/** `Sales.Order`, `sales$order` and `SALES ORDER` are one. */
function plain(name: string): string {
  return name
    .slice(0, MAX_COMPARED)
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, '');
}

/**
 * Letters to add, to leave out, to change, or neighbours to swap, to make one text of the other (optimal string
 * alignment: Boytsov, "Indexing Methods for Approximate Dictionary Searching", 2011). Infinite when above `most`.
 *
 * `limti` and `limit` are 1 apart, `enviroment` and `environment` 1, `role` and `name` 3.
 */
function editDistance(one: string, other: string, most: number): number {
  if (Math.abs(one.length - other.length) > most) return Number.POSITIVE_INFINITY;
  let beforeLast: number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, column) => column);
  for (let row = 1; row <= one.length; row++) {
    const current = [row];
    for (let column = 1; column <= other.length; column++) {
      const change = one[row - 1] === other[column - 1] ? 0 : 1;
      let cost = Math.min((last[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1, (last[column - 1] ?? 0) + change);
      const swapped = row > 1 && column > 1 && one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      if (swapped) cost = Math.min(cost, (beforeLast[column - 2] ?? 0) + 1);
      current.push(cost);
    }
    if (Math.min(...current) > most) return Number.POSITIVE_INFINITY;
    [beforeLast, last] = [last, current];
  }
  return last[other.length] ?? Number.POSITIVE_INFINITY;
}
