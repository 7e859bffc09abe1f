/** Licence identities as salted hashes that the database makes, so that no name leaves it to be counted. */
import { type AppUsers, needed } from './catalog.ts';
import { neededColumn, valueByUser } from './statement.ts';

/** One identity that counts for the licence. */
export interface HashedIdentity {
  /** The first 64 bits of SHA-256 over salt and identity. */
  hash: bigint;
  /** Every user with it is marked external. */
  external: boolean;
}

/**
 * The identities that Mendix counts: active, not anonymous, web-service users included; one that is marked internal
 * anywhere in the app is internal. The identity is `NamedUserIdentifier` where the app fills it in, else the login.
 *
 * @param salt the same for all databases that are counted together; random and soon forgotten, or a list of e-mail
 *   addresses could be hashed to find them
 * @throws DatabaseUnavailableError `grant-missing`, UpstreamFailedError `unexpected-type`: without the marks or the
 *   identifiers the number would be a wrong one
 */
export async function readHashedIdentities({ queries, catalog }: AppUsers, salt: string): Promise<HashedIdentity[]> {
  const identifier = needed(catalog, catalog.identifier);
  const userType = needed(catalog, catalog.userType);
  const login = neededColumn(catalog, 'name');
  const beside = [
    ...(identifier === null ? [] : [`LEFT JOIN (${valueByUser(identifier, [])}) i ON i.id = u."id"`]),
    ...(userType === null ? [] : [`LEFT JOIN (${valueByUser(userType, [])}) t ON t.id = u."id"`]),
  ];
  const identity = identifier === null ? login : `COALESCE(NULLIF(i.value, ''), ${login})`;
  const external = userType === null ? 'false' : `(t.value = 'External') IS TRUE`;
  // sha256 of bytes has been there since PostgreSQL 11, and gives the same everywhere; hashtext promises neither.
  const rows = await queries.query<{ hash: string; external: boolean }>(
    `SELECT hash, bool_and(external) AS external FROM (
  SELECT encode(substr(sha256(convert_to($1 || ${identity}, 'UTF8')), 1, 8), 'hex') AS hash, ${external} AS external
    FROM ${catalog.table} u ${beside.join(' ')}
   WHERE ${neededColumn(catalog, 'active')} IS TRUE AND ${neededColumn(catalog, 'isanonymous')} IS NOT TRUE
     AND ${identity} IS NOT NULL
) k GROUP BY 1`,
    [salt],
  );
  return rows.map(({ hash, external: isExternal }) => ({ hash: BigInt(`0x${hash}`), external: isExternal }));
}
