/** One row by itself: what of it is masked, for whom, and how. */
import { describe, expect, test } from 'vitest';
import type { UserRecord } from '../../../../lambdas/mendix/users/record.ts';
import { CLEAR_FIELDS, kindOf, type RowView, rowMaker } from '../../../../lambdas/routes/users/row.ts';
import { USER_FIELDS } from '../../../../lambdas/routes/users/row-schema.ts';

const ANNA: UserRecord = {
  id: '281474976710657',
  name: 'anna@example.com',
  anonymous: false,
  web_service: false,
  active: true,
  blocked: true,
  blocked_since: '2026-11-20 10:11:12.9',
  last_login: '2026-11-19 09:10:11',
  created: '2026-01-02 03:04:05',
  entity: 'Administration.Account',
  roles: ['User'],
  language: 'en_US',
  user_type: 'External',
  identifier: 'anna-1',
  full_name: 'Anna Jansen',
  email: 'a.jansen@example.org',
};
const VIEW: RowView = {
  fields: USER_FIELDS,
  clear: false,
  identity: (identity) => `hash of ${identity}`,
  builtInAdministrator: 'MxAdmin',
  userTypeKnown: true,
  identityKnown: true,
};
const row = (record: Partial<UserRecord> = {}, view: Partial<RowView> = {}) =>
  rowMaker({ ...VIEW, ...view })({ ...ANNA, ...record });

const PERSONAL = {
  name: 'anna@example.com',
  full_name: 'Anna Jansen',
  email: 'a.jansen@example.org',
  blocked_since: '2026-11-20T10:11:12Z',
  last_login: '2026-11-19T09:10:11Z',
  created: '2026-01-02T03:04:05Z',
};
const MASKED = {
  name: 'a***@example.com',
  full_name: 'A***',
  email: 'a***@example.org',
  blocked_since: '2026-11-20',
  last_login: '2026-11-19',
  created: '2026-01-02',
};
const OTHERS = {
  id: '281474976710657',
  identity: 'hash of anna-1',
  kind: 'named',
  active: true,
  blocked: true,
  roles: ['User'],
  language: 'en_US',
  user_type: 'external',
  user_type_marked: true,
  entity: 'Administration.Account',
};

describe('a person', () => {
  test('is masked in names, addresses and times, and in nothing else', () => {
    expect(row()).toEqual({ ...OTHERS, ...MASKED });
    expect(row({}, { clear: true })).toEqual({ ...OTHERS, ...PERSONAL });
    expect(new Set(CLEAR_FIELDS)).toEqual(new Set(Object.keys(MASKED)));
  });

  test('without a login is masked as any other', () => {
    expect(row({ name: null })).toMatchObject({ name: null, full_name: 'A***' });
    expect(row({ name: null }, { builtInAdministrator: null })).toMatchObject({ name: null, full_name: 'A***' });
  });

  test('is masked also where nobody is the built-in administrator', () => {
    expect(row({}, { builtInAdministrator: null })).toMatchObject(MASKED);
  });

  test('of whom the database does not say what kind of user it is, is masked', () => {
    expect(row({ anonymous: null, web_service: null })).toMatchObject({ ...MASKED, kind: 'named' });
  });
});

describe('nobody is masked who is no person:', () => {
  test.each<[string, Partial<UserRecord>]>([
    ['the built-in administrator', { name: 'MxAdmin' }],
    ['an anonymous user', { anonymous: true }],
    ['another system', { web_service: true }],
  ])('%s', (_, record) => {
    expect(row(record)).toMatchObject({ ...PERSONAL, ...(record.name !== undefined && { name: record.name }) });
  });

  test('and what is anonymous and another system is anonymous, as it never counts for the licence', () => {
    expect(kindOf({ anonymous: true, web_service: true })).toBe('anonymous');
    expect(kindOf({ anonymous: false, web_service: true })).toBe('web_service');
    expect(kindOf({ anonymous: false, web_service: false })).toBe('named');
  });
});

describe('an identity', () => {
  test('is the hash of the licence identity, or of the login where the app fills none in', () => {
    expect(row({ identifier: null })).toMatchObject({ identity: 'hash of anna@example.com' });
    expect(row({ identifier: '' })).toMatchObject({ identity: 'hash of anna@example.com' });
  });

  test('is unknown where nobody asked for it, where it cannot be read, and where there is none', () => {
    expect(row({}, { identity: null })).toMatchObject({ identity: null });
    expect(row({}, { identityKnown: false })).toMatchObject({ identity: null });
    expect(row({ identifier: null, name: null })).toMatchObject({ identity: null });
  });
});

describe('a user type', () => {
  test('is internal unless it is marked external, and says whether it is marked', () => {
    expect(row({ user_type: 'Internal' })).toMatchObject({ user_type: 'internal', user_type_marked: true });
    expect(row({ user_type: null })).toMatchObject({ user_type: 'internal', user_type_marked: false });
  });

  test('is unknown where the marks cannot be read', () => {
    expect(row({}, { userTypeKnown: false })).toMatchObject({ user_type: null, user_type_marked: null });
  });
});

test('a row has the fields that were asked for, in their order, and unknown times stay unknown', () => {
  expect(Object.entries(row({ last_login: null }, { fields: ['last_login', 'name'] }))).toEqual([
    ['last_login', null],
    ['name', 'a***@example.com'],
  ]);
});
