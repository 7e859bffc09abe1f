/** What belongs into an answer and is not there, with the reason: an answer without it must not look whole. */

import type { Seen } from '../../mendix/users/access.ts';
import type { UserCatalog } from '../../mendix/users/catalog.ts';
import type { UserField } from './row.ts';

export interface Missing {
  what: string;
  reason: 'grant-missing' | 'deadline';
  table: string | null;
}

/** The fields that the database role may not read. What the app does not have is not missing: it is `null`. */
export function missingFields(catalog: UserCatalog, fields: readonly UserField[]): Missing[] {
  return fields.flatMap((field) => {
    const table = refusedTable(catalog, field);
    return table === null ? [] : [{ what: field, reason: 'grant-missing' as const, table }];
  });
}

function refusedTable(catalog: UserCatalog, field: UserField): string | null {
  switch (field) {
    case 'full_name':
      return catalog.fullName.refused;
    case 'email':
      return catalog.email.refused;
    case 'identity':
      return refused(catalog.identifier);
    case 'user_type':
    case 'user_type_marked':
      return refused(catalog.userType);
    case 'roles':
      return refused(catalog.roles);
    case 'language':
      return refused(catalog.language);
    case 'active':
    case 'blocked':
      return refused(catalog.columns[field]);
    case 'blocked_since':
      return refused(catalog.columns.blockedsince);
    case 'last_login':
      return refused(catalog.columns.lastlogin);
    case 'created':
      return refused(catalog.columns.createddate);
    case 'entity':
      return refused(catalog.columns.submetaobjectname);
    default:
      // Without id, name or kind there is no answer at all.
      return null;
  }
}

function refused(seen: Seen<unknown>): string | null {
  return seen.seen === 'refused' ? seen.table : null;
}
