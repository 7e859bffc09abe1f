/** One user of the database as one row of the answer: named, hashed, masked. */
import type { UserKind } from '../../mendix/users/groups.ts';
import { isoTime, type UserRecord } from '../../mendix/users/record.ts';
import { maskText, maskTime } from './masking.ts';
import type { UserField, UserRow } from './request.ts';

/** Fields that `clear=true` shows and that are masked without it. */
export const CLEAR_FIELDS: readonly UserField[] = [
  'name',
  'full_name',
  'email',
  'blocked_since',
  'last_login',
  'created',
];

export interface RowView {
  fields: readonly UserField[];
  clear: boolean;
  /** Hashes a licence identity; `null` when nobody asked for it. */
  identity: ((identity: string) => string) | null;
  builtInAdministrator: string | null;
  /** The app can mark user types, and they can be read: then one without a mark is internal. */
  userTypeKnown: boolean;
  /** False when the licence identity stands where it cannot be read: a hash of the login would be a wrong one. */
  identityKnown: boolean;
}

/** Makes of each user a row with the fields of `view`, in its order. */
export function rowMaker(view: RowView): (record: UserRecord) => UserRow {
  // A copy of this is made in one piece; a row that gets one field after the other is moved at every third. Read from
  // JSON, as V8 then has all of its fields in the object itself.
  const blank: Record<string, unknown> = JSON.parse(
    JSON.stringify(Object.fromEntries(view.fields.map((field) => [field, null]))),
  );
  return (record) => {
    const row = { ...blank };
    const masked = !view.clear && isPersonal(record, view.builtInAdministrator);
    for (const field of view.fields) {
      const value = fieldValue(field, record, view);
      row[field] = masked && typeof value === 'string' ? maskField(field, value) : value;
    }
    return row as UserRow;
  };
}

/** A user's kind. Anonymous wins over web service, as an anonymous user never counts for the licence. */
export function kindOf(record: Pick<UserRecord, 'anonymous' | 'web_service'>): UserKind {
  if (record.anonymous === true) return 'anonymous';
  return record.web_service === true ? 'web_service' : 'named';
}

/** Only a named user is a person; the built-in administrator is none. */
function isPersonal(record: UserRecord, builtInAdministrator: string | null): boolean {
  return kindOf(record) === 'named' && (record.name === null || record.name !== builtInAdministrator);
}

function maskField(field: UserField, value: string): string {
  if (!CLEAR_FIELDS.includes(field)) return value;
  if (field === 'blocked_since' || field === 'last_login' || field === 'created') return maskTime(value);
  return maskText(value, field === 'full_name' ? 'nothing' : 'domain');
}

function fieldValue(field: UserField, record: UserRecord, view: RowView): unknown {
  switch (field) {
    case 'identity': {
      const identity = record.identifier || record.name;
      return identity === null || view.identity === null || !view.identityKnown ? null : view.identity(identity);
    }
    case 'kind':
      return kindOf(record);
    case 'user_type':
      if (!view.userTypeKnown) return null;
      return record.user_type === 'External' ? 'external' : 'internal';
    case 'user_type_marked':
      return view.userTypeKnown ? Boolean(record.user_type) : null;
    case 'blocked_since':
    case 'last_login':
    case 'created': {
      const time = record[field];
      return time === null ? null : isoTime(time);
    }
    default:
      return record[field];
  }
}
