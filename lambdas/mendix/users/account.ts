/** Names and e-mail addresses, which stand in the account entities: those that specialize System.User. */
import { type Access, type Refusal, relation } from './access.ts';
import type { EntityRow, UserCatalogRows } from './catalog-rows.ts';

/** Quoted identifiers. A row of `table` has the id of the user that it is. */
export interface AccountColumn {
  table: string;
  column: string;
}

/** Columns of the account entities, the most specialized entity first. */
export interface AccountColumns {
  columns: AccountColumn[];
  /** The first table that has such a column and does not give it; `null`: all that there are can be read. */
  refused: { reason: Refusal; table: string } | null;
}

/** Each account entity's first attribute of `names` that it has; case does not matter, as in the database. */
export function accountColumns(rows: UserCatalogRows, names: readonly string[]): AccountColumns {
  const columns: AccountColumn[] = [];
  let refused: AccountColumns['refused'] = null;
  const accounts = rows.entities
    .filter((entity) => entity.depth !== null && entity.depth > 0)
    .sort((a, b) => Number(b.depth) - Number(a.depth));
  for (const account of accounts) {
    const attribute = names
      .map((name) => attributeColumn(rows, account, name))
      .find((candidate) => candidate.state !== 'absent');
    if (attribute === undefined) continue;
    const id = rows.columns.all(account.table, ['id'], null);
    const unreadable = [attribute, id].find((access) => access.state === 'refused');
    if (unreadable?.state === 'refused') refused ??= { reason: unreadable.reason, table: unreadable.table };
    else if (attribute.state === 'readable' && id.state === 'readable') {
      columns.push({ table: relation(account.table), column: attribute.value });
    }
  }
  return { columns, refused };
}

function attributeColumn(rows: UserCatalogRows, entity: EntityRow, name: string): Access<string> {
  const attribute = rows.attributes.find(
    (candidate) => candidate.entity_id === entity.id && candidate.name.toLowerCase() === name.toLowerCase(),
  );
  return attribute === undefined ? { state: 'absent' } : rows.columns.text(entity.table, attribute.column);
}
