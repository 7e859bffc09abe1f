/**
 * SPIFFE IDs: one name for every caller and workload, the same in tokens, roles and logs. The rules are those of the SPIFFE
 * ID standard (github.com/spiffe/spiffe, "SPIFFE-ID", section 2), in their strictest reading: an ID has one spelling, as two
 * texts for one name would be two names in a policy. What cannot be spelt is refused, never encoded or shortened.
 */

/** Who or what an ID names. The words stand in the path, so that no name of one kind is ever that of another. */
export type Principal =
  /** A machine client by its name in the configuration, or a person by subject. `tenant` is `null` for operators. */
  | { kind: 'client' | 'user'; tenant: string | null; name: string }
  /** A pipeline or a role that calls the Airflow gateway, by its name in the configuration. */
  | { kind: 'pipeline' | 'role'; tenant: string | null; name: string }
  /** The function of a route, or one without a route by its name. */
  | { kind: 'function'; stage: string; name: string }
  /** What serves the environments of another account. */
  | { kind: 'agent'; name: string };

/** A text that is no SPIFFE ID, or a name that none can be made of; the message says which rule it breaks. */
export class SpiffeIdError extends Error {
  override name = 'SpiffeIdError' as const;
}

const SCHEME = 'spiffe://';

/** Section 2.3: no implementation has to take a longer one. Every sign is one byte. */
const MAX_LENGTH = 2048;
/** Section 2.3, by RFC 3986's host. */
const MAX_TRUST_DOMAIN_LENGTH = 255;

/** What is wrong with the name of a trust domain, in words for its writer; `null` for a good one. Section 2.1. */
export function trustDomainFault(text: string): string | null {
  if (text.length > MAX_TRUST_DOMAIN_LENGTH) return `must be at most ${MAX_TRUST_DOMAIN_LENGTH} characters`;
  return /^[a-z0-9._-]+$/.test(text)
    ? null
    : 'must be of a-z, 0-9, dot, hyphen and underscore, such as mrt.example.com';
}

/**
 * The ID of a principal.
 *
 * @example spiffeId('mrt.example.com', { kind: 'client', tenant: 'bank-a', name: 'reports' })
 * // 'spiffe://mrt.example.com/tenant/bank-a/client/reports'
 * @example spiffeId('mrt.example.com', { kind: 'user', tenant: null, name: '6b1f…' })
 * // 'spiffe://mrt.example.com/operator/user/6b1f…'
 * @throws SpiffeIdError for a name with a sign that an ID cannot hold
 */
export function spiffeId(trustDomain: string, principal: Principal): string {
  const id = SCHEME + [trustDomain, ...segmentsOf(principal)].join('/');
  // Reading it back holds every rule; a name with a slash makes a path of another shape.
  principalOf(id, trustDomain);
  return id;
}

/**
 * The principal that an ID of the trust domain names.
 *
 * @throws SpiffeIdError for anything else: another trust domain, another shape of path, or no SPIFFE ID at all
 */
export function principalOf(id: string, trustDomain: string): Principal {
  const parsed = parseSpiffeId(id);
  if (parsed.trustDomain !== trustDomain) throw new SpiffeIdError('is of another trust domain');
  const principal = principalAt(parsed.segments);
  if (principal === null) throw new SpiffeIdError('names no caller, function or agent');
  return principal;
}

/**
 * Trust domain and path of any SPIFFE ID. One without a path names the trust domain itself.
 *
 * @example parseSpiffeId('spiffe://mrt.example.com/agent/depot')
 * // { trustDomain: 'mrt.example.com', segments: ['agent', 'depot'] }
 * @throws SpiffeIdError
 */
export function parseSpiffeId(id: string): { trustDomain: string; segments: readonly string[] } {
  if (id.length > MAX_LENGTH) throw new SpiffeIdError(`is longer than ${MAX_LENGTH} bytes`);
  if (!id.startsWith(SCHEME)) throw new SpiffeIdError(`does not begin with ${SCHEME}`);
  const [trustDomain = '', ...segments] = id.slice(SCHEME.length).split('/');
  const fault = trustDomainFault(trustDomain);
  if (fault !== null) throw new SpiffeIdError(`has a trust domain that ${fault}`);
  for (const segment of segments) {
    // Section 2.2: no empty segment, and so no slash at the end; nothing that a URL parser would resolve or decode.
    if (!/^[a-zA-Z0-9._-]+$/.test(segment) || segment === '.' || segment === '..') {
      throw new SpiffeIdError('has a part of its path that is empty, relative, or not of letters, digits and .-_');
    }
  }
  return { trustDomain, segments };
}

/** The path: kind before name at every step. */
function segmentsOf(principal: Principal): string[] {
  switch (principal.kind) {
    case 'function':
      return ['function', principal.stage, principal.name];
    case 'agent':
      return ['agent', principal.name];
    default:
      return [
        ...(principal.tenant === null ? ['operator'] : ['tenant', principal.tenant]),
        principal.kind,
        principal.name,
      ];
  }
}

/** `null` for a path of another shape. */
function principalAt(segments: readonly string[]): Principal | null {
  const [first, second = '', third = '', fourth = ''] = segments;
  const ofCaller = (tenant: string | null, kind: string, name: string): Principal | null =>
    isCaller(kind) ? { kind, tenant, name } : null;
  switch (`${first} ${segments.length}`) {
    case 'tenant 4':
      return ofCaller(second, third, fourth);
    case 'operator 3':
      return ofCaller(null, second, third);
    case 'function 3':
      return { kind: 'function', stage: second, name: third };
    case 'agent 2':
      return { kind: 'agent', name: second };
    default:
      return null;
  }
}

function isCaller(kind: string): kind is 'client' | 'user' | 'pipeline' | 'role' {
  return ['client', 'user', 'pipeline', 'role'].includes(kind);
}
