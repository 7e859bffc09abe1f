/**
 * The local Secrets Manager: GetSecretValue over AWS JSON 1.1, SigV4 and IAM checked. Source: AWS Secrets Manager API
 * Reference, "GetSecretValue".
 */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { Iam } from '../iam/iam.ts';
import { Faults } from '../service/faults.ts';
import { type HttpService, listen, send } from '../service/http-service.ts';
import { jsonIn, signedRequest } from '../service/signed-request.ts';

/** Whose secrets, and who may read them. */
export interface SecretsManagerOptions {
  iam: Iam;
  /** Texts of secrets by ARN. */
  secrets: ReadonlyMap<string, string>;
  /** Left out, a free one. */
  port?: number;
}

const CONTENT_TYPE = 'application/x-amz-json-1.1';
const ACTION = 'secretsmanager:GetSecretValue';

interface Answer {
  status: number;
  body: object;
}
const refusal = (type: string, status = 400, message = type): Answer => ({ status, body: { __type: type, message } });

/** Starts it on 127.0.0.1. */
export async function startSecretsManager(options: SecretsManagerOptions): Promise<HttpService> {
  const faults = new Faults();
  const server = createServer(async (request, response) => {
    const fault = await faults.next('GetSecretValue');
    if (fault === 'silent') return;
    const answer =
      fault === 'throttled'
        ? refusal('ThrottlingException')
        : fault === 'failed'
          ? refusal('InternalServiceError', 500)
          : await answerOf(request, options);
    const content = Buffer.from(JSON.stringify(answer.body));
    const headers = {
      'content-type': CONTENT_TYPE,
      'content-length': content.length,
      'x-amzn-requestid': randomUUID(),
    };
    await send(response, { status: answer.status, headers, body: [content] }, fault === 'cut');
  });
  return listen(server, options.port ?? 0, faults);
}

async function answerOf(request: IncomingMessage, { iam, secrets }: SecretsManagerOptions): Promise<Answer> {
  if (request.headers['x-amz-target'] !== 'secretsmanager.GetSecretValue') return refusal('InvalidAction');
  const signed = await signedRequest(request, iam, 'secretsmanager');
  if (typeof signed === 'string') return refusal(signed);
  const id = jsonIn(signed.body)?.['SecretId'];
  if (typeof id !== 'string') return refusal('InvalidParameterException');
  // By ARN, or by the name in it; before the six signs that AWS adds.
  const arn = [...secrets.keys()].find((known) => known === id || known.replace(/^.*:secret:(.*)-\w{6}$/, '$1') === id);
  const decision = iam.decide(signed.principal, ACTION, arn ?? id, {});
  // Whether it is there is told only to who may read it.
  if (!decision.allowed) return refusal('AccessDeniedException', 400, decision.reason);
  if (arn === undefined) return refusal('ResourceNotFoundException');
  return { status: 200, body: { ARN: arn, SecretString: secrets.get(arn), VersionStages: ['AWSCURRENT'] } };
}
