/** A user as a row of the answer. */
import * as z from 'zod/mini';
import { described } from '../../parameters.ts';

/** The fields of a row, in the order of the answer. */
export const USER_FIELDS = [
  'id',
  'identity',
  'name',
  'full_name',
  'email',
  'kind',
  'user_type',
  'user_type_marked',
  'active',
  'blocked',
  'blocked_since',
  'roles',
  'language',
  'last_login',
  'created',
  'entity',
] as const;

/** What a user is to Mendix. */
export const kind = z.enum(['named', 'anonymous', 'web_service']);
/** A number of users. */
export const users = z.int().check(z.gte(0));
const time = (of: string) =>
  z.optional(
    described(
      z.nullable(z.string()),
      `${of}: a day (\`2026-11-20\`) where the row is masked, else a UTC time (\`2026-11-20T10:11:12Z\`). \`null\`: never, ` +
        'not known, or a value outside the years 1 to 9999.',
    ),
  );

/** With all fields; `fields` picks from them. */
export const row = z.object({
  id: z.optional(
    described(
      z.string(),
      'Object id in the Mendix app. A text, as it has up to 19 digits and JSON numbers are exact to 15.',
    ),
  ),
  identity: z.optional(
    described(
      z.nullable(z.string()),
      'Keyed hash (HMAC-SHA-256, after its key version) of the licence identity: ' +
        '`UserCommons.NamedUserIdentifier.Value` where filled, else the login; case-sensitive. The same in every ' +
        'environment, so that people who use several apps can be counted once.',
    ),
  ),
  name: z.optional(
    described(z.nullable(z.string()), 'Login. Masked: its first character, and the domain of an e-mail address.'),
  ),
  full_name: z.optional(
    described(
      z.nullable(z.string()),
      'Full name, from the account entity (`full_name_attributes` of the configuration). Masked: its first character.',
    ),
  ),
  email: z.optional(
    described(
      z.nullable(z.string()),
      'E-mail address, from the account entity (`email_attributes` of the configuration). Masked: its first character ' +
        'and the domain.',
    ),
  ),
  kind: z.optional(
    described(
      kind,
      '`named`: a person; `anonymous`: a visitor who did not log in; `web_service`: an account for another system. ' +
        'Only people are masked, the built-in administrator (`MxAdmin`, or as the app calls it) excepted.',
    ),
  ),
  user_type: z.optional(
    described(z.nullable(z.enum(['internal', 'external'])), 'As Mendix counts: a user who is not marked is internal.'),
  ),
  user_type_marked: z.optional(described(z.nullable(z.boolean()), 'Whether the app itself marked the user type.')),
  active: z.optional(
    described(z.nullable(z.boolean()), 'Whether the user may log in. Inactive users need no licence.'),
  ),
  blocked: z.optional(
    described(z.nullable(z.boolean()), 'Whether Mendix blocked the login, after three wrong passwords.'),
  ),
  blocked_since: time('When the login was blocked; apps before Mendix 10 do not write it down'),
  roles: z.optional(described(z.nullable(z.array(z.string())), 'Names of the user roles, sorted, each once.')),
  language: z.optional(described(z.nullable(z.string()), 'Code of the language that the user chose: `en_US`.')),
  last_login: time('Last login'),
  created: time('When the user was made'),
  entity: z.optional(described(z.nullable(z.string()), 'Entity of the user: System.User or a specialization.')),
});
