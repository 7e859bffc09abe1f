/** Pages by name: a constant that comes or goes between two pages moves no other. */

/** The rows after this name are next. */
export interface Position {
  after: string;
}

/** The items after `position`, at most `limit` of them. `items` must be sorted by name. */
export function pageOf<Item extends { name: string }>(
  items: readonly Item[],
  { limit, position }: { limit: number; position: Position | null },
): { items: readonly Item[]; next: Position | null } {
  const after = position?.after;
  const rest = after === undefined ? items : items.filter(({ name }) => name > after);
  const page = rest.slice(0, limit);
  const last = page.at(-1);
  return { items: page, next: rest.length > page.length && last !== undefined ? { after: last.name } : null };
}
