/**
 * The boundary between tenants, as far as the functions hold it: whose caller somebody is, and what is within reach of
 * such a caller. It follows from the configuration, the verified client and the groups that the sign-in function gave;
 * from no claim that a client may choose, and from no header. docs/tenants.md
 */
/** What of a token decides. */
export type Bearer =
  | { kind: 'client'; name: string }
  | { kind: 'person'; groups: readonly string[]; provider: string | null };

/** The part of settings that says whose callers are. */
interface Ownership {
  callers: Record<'clients' | 'groups', Readonly<Record<string, { tenant?: Owner | undefined }>>>;
  tenants?: Readonly<Record<string, { provider: string | null }>> | undefined;
}

/** A tenant's name, or `null` for the operator. */
export type Owner = string | null;

/**
 * Whether an entry of `callers` may mean an environment at all. The operator's may mean all of them, a tenant's only what
 * is the tenant's own, whatever its pattern says. In a stage without tenants neither has an owner.
 */
export function isWithin(caller: { tenant?: Owner | undefined }, environment: { tenant?: Owner | undefined }): boolean {
  const { tenant = null } = caller;
  return tenant === null || environment.tenant === tenant;
}

/**
 * Whose caller the bearer is. `undefined`: nobody's, and then there is nothing that it may read: its groups are of two
 * owners, or of a tenant whose people come by a provider of their own, and it came by another way.
 */
export function ownerOf(bearer: Bearer, { callers, tenants = {} }: Ownership): Owner | undefined {
  if (bearer.kind === 'client') {
    return Object.hasOwn(callers.clients, bearer.name) ? callers.clients[bearer.name]?.tenant : undefined;
  }
  const owners = new Set(
    bearer.groups.flatMap((group) => (Object.hasOwn(callers.groups, group) ? [callers.groups[group]?.tenant] : [])),
  );
  const [owner] = owners;
  if (owners.size !== 1 || typeof owner !== 'string') return owners.size === 1 ? owner : undefined;
  const provider = tenants[owner]?.provider ?? null;
  return provider === null || provider.toLowerCase() === bearer.provider ? owner : undefined;
}

/**
 * Cognito names people who come by a provider `<provider>_<their id there>`, and gives others a UUID; nobody can change it,
 * and no provider's name has an underscore (config/options/company-sign-in.ts).
 * Source: Cognito developer guide, "Mapping IdP attributes to profiles and tokens".
 */
export function providerOf(username: unknown): string | null {
  const [provider = '', id] = typeof username === 'string' ? username.split('_', 2) : [];
  return id === undefined ? null : provider.toLowerCase();
}
