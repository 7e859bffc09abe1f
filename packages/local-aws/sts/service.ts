/** The local STS: AssumeRole and GetCallerIdentity over the query protocol, by GET or POST; SigV4 and IAM checked. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Principal } from '../iam/iam.ts';
import { listed } from '../iam/pattern.ts';
import { payloadMatches, type SignatureFault, verifyRequest } from '../iam/sigv4.ts';
import { Faults } from '../service/faults.ts';
import { type HttpService, listen, send } from '../service/http-service.ts';
import { readBody } from '../service/request-body.ts';
import { assumeRole, type Roles } from './assume-role.ts';
import { readAssumeRole } from './assume-role-request.ts';
import { assumedRoleDocument, callerIdentityDocument, errorDocument } from './document.ts';
import { type StsCode, StsError } from './error.ts';

/** Who may ask for which role. */
export interface StsOptions extends Roles {
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

/** Whether any role of the stack may be assumed by another, so that somebody would ask. */
export function isStsNeeded(roles: Roles['roles']): boolean {
  return [...roles.values()].some(({ trust }) =>
    listed(trust.Statement).some(({ Principal }) => typeof Principal === 'object' && Principal['AWS'] !== undefined),
  );
}

const VERSION = '2011-06-15';
const SKEW_MS = 5 * 60_000;
const MAX_BODY_BYTES = 64 * 1024;

const REFUSALS: Readonly<Record<SignatureFault, readonly [StsCode, string]>> = {
  missing: ['MissingAuthenticationToken', 'Request is missing Authentication Token'],
  malformed: ['IncompleteSignature', 'The request signature does not conform to AWS standards.'],
  'unknown-key': ['InvalidClientTokenId', 'The security token included in the request is invalid.'],
  'wrong-token': ['InvalidClientTokenId', 'The security token included in the request is invalid.'],
  'expired-token': ['ExpiredToken', 'The security token included in the request is expired'],
  skewed: ['SignatureDoesNotMatch', 'Signature expired'],
  expired: ['SignatureDoesNotMatch', 'Signature expired'],
  'unsigned-header': ['SignatureDoesNotMatch', 'A header that must be signed is not.'],
  'wrong-signature': ['SignatureDoesNotMatch', 'The request signature we calculated does not match.'],
  'wrong-payload': ['SignatureDoesNotMatch', 'The request signature we calculated does not match.'],
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
  const caller = authenticate(request, body, roles);
  const [, query = ''] = (request.url ?? '').split('?');
  const parameters = new URLSearchParams(request.method === 'POST' ? body.toString() : query);
  const operation = parameters.get('Action') ?? '';

  const fault = await faults.next(operation);
  if (fault === 'silent') return 'silent';
  if (fault === 'throttled') throw new StsError('Throttling', 'Rate exceeded');
  if (fault === 'denied') throw new StsError('AccessDenied', 'Access denied');
  if (fault !== undefined) throw new StsError('InternalFailure', 'Internal error');
  if (parameters.get('Version') === VERSION) {
    // Needs no permission: STS API reference, GetCallerIdentity.
    if (operation === 'GetCallerIdentity') return callerIdentityDocument(caller);
    if (operation === 'AssumeRole') {
      return assumedRoleDocument(assumeRole(caller, readAssumeRole(parameters), roles, Date.now()));
    }
  }
  throw new StsError('InvalidAction', `Could not find operation ${operation} for version ${parameters.get('Version')}`);
}

/** @throws StsError for a signature that does not hold */
function authenticate(request: IncomingMessage, body: Buffer, { iam }: StsOptions): Principal {
  const wire = { method: request.method ?? '', target: request.url ?? '', headers: request.headers, body };
  const signed = verifyRequest(wire, { iam, service: 'sts', skewMs: SKEW_MS });
  if (typeof signed === 'string') throw new StsError(...REFUSALS[signed]);
  if (!payloadMatches(body, signed)) throw new StsError(...REFUSALS['wrong-payload']);
  return signed.principal;
}
