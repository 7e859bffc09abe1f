/** Entities that an association joins to System.User, whichever side owns it and however it is stored. */
import { quoteIdentifier } from '../identifier.ts';
import { type Access, relation } from './access.ts';
import type { EntityRow, LinkRow, UserCatalogRows } from './catalog-rows.ts';

/**
 * Where a value beside the user stands, as quoted identifiers that are ready for a statement. For `System.UserRoles`:
 * link `public."system$userroles"`, linkUser `"system$userid"`, linkOther `"system$userroleid"`, table
 * `public."system$userrole"`, value `"name"`.
 */
export interface Related {
  /** Holds pairs of a user's id and an id of `table`: an association table, or a table with the association's column. */
  link: string;
  linkUser: string;
  linkOther: string;
  table: string;
  value: string;
}

/** The entity beside the user, the attribute's column that says something of them, and the association between both. */
export interface Relation {
  entity: string;
  column: string;
  /** `null`: whichever there is, as apps may give it a name of their own. */
  association: string | null;
  /** Types that the column may have; `null`: any that can be written as text. */
  types: readonly string[] | null;
}

/**
 * Where the entity beside the user stands, `absent` where the app has neither it nor the association.
 *
 * @param user the row of System.User
 */
export function relatedBy(rows: UserCatalogRows, user: EntityRow, beside: Relation): Access<Related> {
  const entity = rows.entities.find((candidate) => candidate.name === beside.entity);
  if (entity === undefined) return { state: 'absent' };
  const link = rows.links.find((candidate) => joins(candidate, user, entity, beside.association));
  if (link === undefined) return { state: 'absent' };
  const userOwns = link.parent_entity_id === user.id;
  const linkUser = userOwns ? link.parent_column : link.child_column;
  const linkOther = userOwns ? link.child_column : link.parent_column;
  const pairs = rows.columns.all(link.table, [linkUser, linkOther], null);
  if (pairs.state !== 'readable') return pairs;
  const id = rows.columns.all(entity.table, ['id'], null);
  if (id.state !== 'readable') return id;
  const value =
    beside.types === null
      ? rows.columns.text(entity.table, beside.column)
      : rows.columns.column(entity.table, beside.column, beside.types);
  if (value.state !== 'readable') return value;
  return {
    state: 'readable',
    value: {
      link: relation(link.table),
      linkUser: quoteIdentifier(linkUser),
      linkOther: quoteIdentifier(linkOther),
      table: relation(entity.table),
      value: value.value,
    },
  };
}

function joins(link: LinkRow, user: EntityRow, entity: EntityRow, association: string | null): boolean {
  // Every entity may have an owner and a last editor; neither says whose the object is.
  if (association === null ? /^System\.(owner|changedBy)$/.test(link.name) : link.name !== association) return false;
  const ends = [link.parent_entity_id, link.child_entity_id];
  return ends.includes(user.id) && ends.includes(entity.id);
}
