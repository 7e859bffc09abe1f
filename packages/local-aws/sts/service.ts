/**
 * The local STS: AssumeRole, AssumeRoleWithWebIdentity and GetCallerIdentity over the query protocol, by GET or POST; SigV4,
 * id tokens and IAM checked.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Principal } from '../iam/iam.ts';
import { listed } from '../iam/pattern.ts';
import type { Statement } from '../iam/policy.ts';
import { payloadMatches, verifyRequest } from '../iam/sigv4.ts';
import { Faults } from '../service/faults.ts';
import { type HttpService, listen, send } from '../service/http-service.ts';
import { readBody } from '../service/request-body.ts';
import { SIGNATURE_REFUSALS, type SignatureCode } from '../service/signature-refusals.ts';
import { assumeRole, type Roles } from './assume-role.ts';
import { type AssumeRoleRequest, readAssumeRole } from './assume-role-request.ts';
import { assumedRoleDocument, callerIdentityDocument, errorDocument, webIdentityDocument } from './document.ts';
import { type StsCode, StsError } from './error.ts';
import { assumeRoleRecord } from './trail.ts';
import { assumeRoleWithWebIdentity, type Federation } from './web-identity.ts';

/** Who may ask for which role. */
export interface StsOptions extends Roles {
  /** Left out: the account believes no issuer of id tokens. */
  federation?: Federation;
  /** Gets each record of the account's trail; left out: it has none. */
  writeTrail?: (record: string) => void;
  /** Left out, a free one. */
  port?: number;
}

/** Starts it on 127.0.0.1. Sessions count at once for all services that ask the same `Iam`. */
export async function startSts(options: StsOptions): Promise<HttpService> {
  const faults = new Faults();
  const server = createServer((request, response) => {
    void answer(request, response, options, faults);
  });
  return listen(server, options.port ?? 0, faults);
}

/** Whether any role of the stack may be assumed by another, or by an id token, so that somebody would ask. */
export function isStsNeeded(roles: Roles['roles']): boolean {
  const names = (principal: Statement['Principal']) =>
    typeof principal === 'object' && (principal['AWS'] ?? principal['Federated']) !== undefined;
  return [...roles.values()].some(({ trust }) => listed(trust.Statement).some(({ Principal }) => names(Principal)));
}

const VERSION = '2011-06-15';
const SKEW_MS = 5 * 60_000;
const MAX_BODY_BYTES = 64 * 1024;

/** The query protocol's names of the refusals. */
const CODES: Readonly<Record<SignatureCode, StsCode>> = {
  MissingAuthenticationTokenException: 'MissingAuthenticationToken',
  IncompleteSignatureException: 'IncompleteSignature',
  UnrecognizedClientException: 'InvalidClientTokenId',
  ExpiredTokenException: 'ExpiredToken',
  InvalidSignatureException: 'SignatureDoesNotMatch',
};

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  options: StsOptions,
  faults: Faults,
): Promise<void> {
  const outcome = await perform(request, options, faults).catch((cause: unknown) =>
    cause instanceof StsError ? cause : new StsError('InternalFailure', String(cause)),
  );
  // The client hears nothing, as from a server that is gone.
  if (outcome === 'silent') return;
  const isError = outcome instanceof StsError;
  const content = Buffer.from(isError ? errorDocument(outcome) : outcome);
  const headers = { 'content-type': 'text/xml', 'content-length': content.length };
  await send(response, { status: isError ? outcome.status : 200, headers, body: [content] }, false);
}

/** The answer's document. @throws StsError; Error for what local-aws does not know */
async function perform(request: IncomingMessage, roles: StsOptions, faults: Faults): Promise<string> {
  const body = await readBody(request, MAX_BODY_BYTES);
  if (body === null) throw new StsError('ValidationError', 'The request is too large.');
  const [, query = ''] = (request.url ?? '').split('?');
  const parameters = new URLSearchParams(request.method === 'POST' ? body.toString() : query);
  const operation = parameters.get('Action') ?? '';
  // Whoever has no keys yet shows a token in place of a signature.
  const byToken = operation === 'AssumeRoleWithWebIdentity';
  const caller = byToken ? null : authenticate(request, body, roles);

  const fault = await faults.next(operation);
  if (fault === 'silent') return 'silent';
  if (fault === 'throttled') throw new StsError('Throttling', 'Rate exceeded');
  if (fault === 'denied') throw new StsError('AccessDenied', 'Access denied');
  if (fault !== undefined) throw new StsError('InternalFailure', 'Internal error');
  if (parameters.get('Version') === VERSION) {
    if (caller === null) {
      const { federation = { providers: [], keysOf: () => null } } = roles;
      return webIdentityDocument(await assumeRoleWithWebIdentity(parameters, roles, federation, Date.now()));
    }
    // Needs no permission: STS API reference, GetCallerIdentity.
    if (operation === 'GetCallerIdentity') return callerIdentityDocument(caller);
    if (operation === 'AssumeRole') {
      return assumedRoleDocument(assumedOnRecord(caller, readAssumeRole(parameters), roles, Date.now()));
    }
  }
  throw new StsError('InvalidAction', `Could not find operation ${operation} for version ${parameters.get('Version')}`);
}

/** @throws StsError as `assumeRole`; what is not permitted is on record too */
function assumedOnRecord(caller: Principal, wish: AssumeRoleRequest, options: StsOptions, now: number): Principal {
  const { writeTrail = () => undefined } = options;
  try {
    const made = assumeRole(caller, wish, options, now);
    writeTrail(assumeRoleRecord(caller, wish, made, now));
    return made;
  } catch (error) {
    if (error instanceof StsError && error.code === 'AccessDenied') {
      writeTrail(assumeRoleRecord(caller, wish, null, now));
    }
    throw error;
  }
}

/** @throws StsError for a signature that does not hold */
function authenticate(request: IncomingMessage, body: Buffer, { iam }: StsOptions): Principal {
  const wire = { method: request.method ?? '', target: request.url ?? '', headers: request.headers, body };
  const signed = verifyRequest(wire, { iam, service: 'sts', skewMs: SKEW_MS });
  const fault = typeof signed === 'string' ? signed : payloadMatches(body, signed) ? null : 'wrong-payload';
  if (fault === null && typeof signed !== 'string') return signed.principal;
  const [code, message] = SIGNATURE_REFUSALS[fault ?? 'malformed'];
  throw new StsError(CODES[code], message);
}
