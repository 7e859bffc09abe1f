/** Tokens as attackers make them: each with the name of the trick, and what it is checked against. */
import { createHmac, createSign, generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto';
import type { System } from '../../local/system.ts';

type Members = Record<string, unknown>;

export interface Forgery {
  trick: string;
  /** What goes into the Authorization header; several are sent as headers of their own. */
  authorization: string[];
  /**
   * Who refuses it over HTTP, where it is not the gateway's check of the token: the gateway asks for scopes afterwards;
   * it does not look at `token_use`, and takes the first of two headers, which leaves those to the function.
   */
  refusedBy?: 'scopes' | 'function';
}

const attacker = generateKeyPairSync('rsa', { modulusLength: 2048 });
const bearer = (token: string) => [`Bearer ${token}`];
const encode = (members: Members) => Buffer.from(JSON.stringify(members)).toString('base64url');

/** A token signed with RS256 by the attacker's own key. */
export function selfSigned(header: Members, claims: Members, key: KeyObject = attacker.privateKey): string {
  const text = `${encode({ alg: 'RS256', ...header })}.${encode(claims)}`;
  return `${text}.${createSign('RSA-SHA256').update(text).sign(key, 'base64url')}`;
}

/** The claims of a good token of the sample client. */
export function claimsOf(token: string): Members {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Members;
}

interface PublicKeys {
  keys: { kid: string; n: string; e: string }[];
}

/** What Cognito publishes, as anybody can read it. */
export async function publishedKeys(system: System): Promise<PublicKeys> {
  const pool = system.endpoints.issuer.split('/').at(-1);
  const response = await fetch(new URL(`/${pool}/.well-known/jwks.json`, system.endpoints.token_endpoint));
  return (await response.json()) as PublicKeys;
}

/** @param lure an address of the attacker's that a token's header names as the place of its keys */
export async function forgeries(system: System, lure: string): Promise<Forgery[]> {
  const good = await system.token();
  const [header = '', payload = '', signature = ''] = good.split('.');
  const { kid } = JSON.parse(Buffer.from(header, 'base64url').toString()) as { kid: string };
  const claims = claimsOf(good);
  const { keys } = await publishedKeys(system);
  const own = keys.find((key) => key.kid === kid);
  const other = keys.find((key) => key.kid !== kid);
  const jwk = attacker.publicKey.export({ format: 'jwk' });
  const second = Math.floor(Date.now() / 1000);
  const hmac = (secret: string) => {
    const text = `${encode({ alg: 'HS256', kid })}.${payload}`;
    return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
  };
  const signed = async (trick: string, changed: Record<string, string | number | string[]>): Promise<Forgery> => ({
    trick,
    authorization: bearer(await system.token({ claims: changed })),
  });
  const idWithScopes = { use: 'id', person: 'sales-operators', claims: { scope: String(claims['scope']) } } as const;
  const made = (trick: string, token: string): Forgery => ({ trick, authorization: bearer(token) });
  return [
    made('alg none', `${encode({ alg: 'none', kid })}.${payload}.`),
    made('alg None with a signature', `${encode({ alg: 'None', kid })}.${payload}.${signature}`),
    made('no alg', `${encode({ kid })}.${payload}.${signature}`),
    made('HS256 with the modulus of the public key', hmac(own?.n ?? '')),
    made('HS256 with the public key as JSON', hmac(JSON.stringify(own))),
    made('an unknown kid', selfSigned({ kid: randomUUID() }, claims)),
    made('a known kid, another key', selfSigned({ kid }, claims)),
    made('the kid of the other published key', `${encode({ alg: 'RS256', kid: other?.kid })}.${payload}.${signature}`),
    made('no kid', selfSigned({}, claims)),
    made('two kids', selfSigned({ kid: [kid, kid] }, claims)),
    made('a kid that is a path', selfSigned({ kid: '../keys.json' }, claims)),
    made('its own key in jwk', selfSigned({ kid, jwk }, claims)),
    made('jku to the attacker', selfSigned({ kid: 'lure', jku: `${lure}/jwks.json` }, claims)),
    made('x5u to the attacker', selfSigned({ kid: 'lure', x5u: `${lure}/chain.pem` }, claims)),
    made('crit with an unknown extension', selfSigned({ kid, crit: ['exp'] }, claims)),
    made('a tampered payload', `${header}.${encode({ ...claims, scope: 'mrt/users.profile' })}.${signature}`),
    made('a tampered signature', `${header}.${payload}.${signature.slice(0, -8)}AAAAAAAA`),
    made('no signature', `${header}.${payload}.`),
    made('no payload', `${header}..${signature}`),
    made('a payload that is no JSON', selfSigned({ kid }, claims).replace(payload, 'bm90IGpzb24')),
    made('five parts, as an encrypted token has', `${good}.${payload}.${signature}`),
    made('garbage', 'garbage'),
    made('a megabyte of dots would be; here what fits', '.'.repeat(8_000)),
    await signed('another issuer', { iss: 'https://login.example.com' }),
    await signed('another pool of the Region', { iss: `${system.endpoints.issuer}x` }),
    await signed('another client', { client_id: 'strangerclient000000000001', sub: 'strangerclient000000000001' }),
    await signed('expired', { exp: second - 1 }),
    await signed('not valid yet', { nbf: second + 3600, iat: second + 3600 }),
    await signed('without end', { exp: 'never' }),
    { ...(await signed('9 kB', { filler: 'x'.repeat(6_600) })), refusedBy: 'function' },
    { ...made('an ID token', await system.token({ use: 'id', person: 'sales-operators' })), refusedBy: 'scopes' },
    { ...made('an ID token with scopes', await system.token(idWithScopes)), refusedBy: 'function' },
    { trick: 'Basic', authorization: [`Basic ${Buffer.from('user:password').toString('base64')}`] },
    { trick: 'nothing after Bearer', authorization: ['Bearer'] },
    { trick: 'an empty header', authorization: [''] },
    { trick: 'no header', authorization: [] },
    { ...made('no token_use', await system.token({ claims: { token_use: 'refresh' } })), refusedBy: 'function' },
    { trick: 'two headers, both good', authorization: [...bearer(good), ...bearer(good)], refusedBy: 'function' },
    {
      trick: 'two headers, a good one first',
      authorization: [...bearer(good), ...bearer('garbage')],
      refusedBy: 'function',
    },
    { trick: 'two headers, a good one last', authorization: [...bearer('garbage'), ...bearer(good)] },
    { trick: 'two tokens in one header', authorization: [`Bearer ${good}, Bearer ${good}`] },
  ];
}
