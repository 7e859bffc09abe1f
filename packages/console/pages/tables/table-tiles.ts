/** Tables as groups of tiles: by module, each with what its size is made of. */
import type { WholeTable } from '@mrt/client';
import { viewPath } from '../../address/view-address.ts';
import type { Group, TreemapMember } from '../../charts/treemap-layout.ts';
import { bytes, share } from '../../words/numbers.ts';

/** What of a table a tile shows. */
export type TiledTable = Pick<
  WholeTable,
  | 'table'
  | 'entity'
  | 'association'
  | 'module'
  | 'kind'
  | 'total_bytes'
  | 'index_bytes'
  | 'toast_bytes'
  | 'exact'
  | 'locked'
>;

/** A table by the name that people know it by. */
export function nameOf({ entity, association, table }: Pick<TiledTable, 'entity' | 'association' | 'table'>): string {
  return entity ?? association ?? table;
}

/**
 * @param rest bytes of the tables that this page of the answer does not have; 0: it has all
 * @param base leads from a tile to its table
 */
export function tableTiles(
  tables: readonly TiledTable[],
  environment: string,
  rest: number,
  base: string,
): Group<TreemapMember>[] {
  const groups = new Map<string, TreemapMember[]>();
  for (const table of tables) {
    const group = groupOf(table);
    const members = groups.get(group) ?? [];
    members.push(tileOf(table, environment, base));
    groups.set(group, members);
  }
  if (rest > 0) {
    const label = `All other tables: ${bytes(rest)}`;
    const href = base + viewPath(environment, 'tables');
    groups.set('other tables', [
      { name: 'other tables', size: rest, href, label, parts: { index: 0, toast: 0 }, isEstimate: false },
    ]);
  }
  return [...groups].map(([name, members]) => ({ name, members }));
}

function groupOf({ module, kind }: TiledTable): string {
  if (module !== null) return module;
  if (kind === null) return 'not known, as the catalog is locked';
  return {
    entity: 'entities',
    association: 'associations',
    system: 'Mendix runtime',
    leftover: 'leftovers',
    other: 'not of Mendix',
  }[kind];
}

function tileOf(table: TiledTable, environment: string, base: string): TreemapMember {
  const name = nameOf(table);
  const total = table.total_bytes;
  const parts = { index: partOf(table.index_bytes, total), toast: partOf(table.toast_bytes, total) };
  const estimate = table.exact ? '' : table.locked ? ', an estimate as it is locked' : ', an estimate';
  return {
    // The table's own name: two schemas may have entities of one name.
    name,
    size: total,
    href: base + viewPath(environment, 'tables', { table: table.table }),
    label: `${name}: ${bytes(total)}${estimate}; indexes ${share(parts.index)}, TOAST ${share(parts.toast)}`,
    parts,
    isEstimate: !table.exact,
  };
}

function partOf(part: number, total: number): number {
  return total > 0 ? part / total : 0;
}
