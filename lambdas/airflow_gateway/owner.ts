/** Whose a caller of the gateway is, and what it is called: the same rules as for callers of the API. */
import { spiffeId } from '../spiffe-id.ts';
import { type Owner, ownerOf } from '../tenancy.ts';
import type { Caller } from './caller.ts';
import type { GatewaySettings } from './settings.ts';

/**
 * The one owner of all its entries; `null`: the operator.
 *
 * @returns `undefined` for who is nobody's: in no entry, in entries of two owners, or a person who came by another way than
 *   the tenant's provider
 */
export function ownerOfCaller({ kind, entries, provider }: Caller, settings: GatewaySettings): Owner | undefined {
  const { callers, tenants = {} } = settings;
  if (kind === 'groups') return ownerOf({ kind: 'person', groups: entries, provider }, { callers, tenants });
  const configured = callers[kind];
  const owners = new Set(
    entries.flatMap((name) => (Object.hasOwn(configured, name) ? [configured[name]?.tenant ?? null] : [])),
  );
  const [owner] = owners;
  return owners.size === 1 ? owner : undefined;
}

/** Kinds of SPIFFE IDs, by kinds of callers. */
const KINDS = { clients: 'client', groups: 'user', pipelines: 'pipeline', roles: 'role' } as const;

/**
 * What ties the gateway's line to those of other systems; empty in a stage without a trust domain, and for who is nobody's.
 * A job that is in two pipelines has no one name, and so no ID: `principal` has both.
 *
 * @example identityOf(clientOfBankA, settings)
 * // { spiffe_id: 'spiffe://mrt.example.com/tenant/bank-a/client/etl', tenant: 'bank-a' }
 * @throws SpiffeIdError for a subject that an ID cannot spell; Cognito's can
 */
export function identityOf(caller: Caller, settings: GatewaySettings): { spiffe_id?: string; tenant?: string } {
  const { trust_domain, tenants } = settings;
  const tenant = tenants === undefined ? null : ownerOfCaller(caller, settings);
  if (trust_domain === undefined || tenant === undefined) return {};
  const { kind, entries, principal } = caller;
  const name = kind === 'groups' ? principal.slice('person:'.length) : entries.length === 1 ? entries[0] : undefined;
  return {
    ...(name !== undefined && { spiffe_id: spiffeId(trust_domain, { kind: KINDS[kind], tenant, name }) }),
    ...(tenant !== null && { tenant }),
  };
}
