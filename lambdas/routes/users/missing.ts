/** What belongs into an answer and is not there, with the reason: an answer without it must not look whole. */

import type { Fault } from '../../faults.ts';
import type { Access } from '../../mendix/users/access.ts';
import type { UserCatalog } from '../../mendix/users/catalog.ts';
import type { UserField } from './request.ts';

export interface Missing {
  /** A field, a part of a summary, `users` or `count`. */
  what: string;
  /** `deadline`, or the reason of the problem that the whole answer would have been. */
  reason: string;
  /** The table that the role may not read, with `grant-missing`. */
  table: string | null;
}

type Refused = { reason: string; table: string } | null;

/** The fields that the database role may not read. What the app does not have is not missing: it is `null`. */
export function missingFields(catalog: UserCatalog, fields: readonly UserField[]): Missing[] {
  return fields.flatMap((field) => {
    const refused = refusal(catalog, field);
    return refused === null ? [] : [{ what: field, reason: refused.reason, table: refused.table }];
  });
}

/** As the log line and the metrics count them. */
export function faultsOf(missing: readonly Missing[], source: string): Fault[] {
  return missing.map(({ reason }) => ({ source, reason: reason === 'deadline' ? 'upstream-timeout' : reason }));
}

function refusal(catalog: UserCatalog, field: UserField): Refused {
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

function refused(access: Access<unknown>): Refused {
  return access.state === 'refused' ? access : null;
}
