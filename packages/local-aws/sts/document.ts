/** How STS writes its answers: XML of the query protocol. Source: STS API reference, examples of each operation. */
import { randomUUID } from 'node:crypto';
import { type Principal, sessionArn } from '../iam/iam.ts';
import { element, escapeXml } from '../s3/xml.ts';
import type { StsError } from './error.ts';
import type { WebIdentity } from './web-identity.ts';

const NAMESPACE = 'xmlns="https://sts.amazonaws.com/doc/2011-06-15/"';

/** The answer of AssumeRole. */
export function assumedRoleDocument(principal: Principal): string {
  const { session } = principal;
  return answer('AssumeRole', [
    ...(session?.sourceIdentity ? [text('SourceIdentity', session.sourceIdentity)] : []),
    ...sessionOf(principal),
  ]);
}

/** The answer of AssumeRoleWithWebIdentity. */
export function webIdentityDocument({ principal, subject, audience, provider }: WebIdentity): string {
  return answer('AssumeRoleWithWebIdentity', [
    text('SubjectFromWebIdentityToken', subject),
    text('Audience', audience),
    ...sessionOf(principal),
    text('Provider', provider),
  ]);
}

function sessionOf(principal: Principal): string[] {
  const { accessKeyId, secretAccessKey, sessionToken, session } = principal;
  return [
    element('AssumedRoleUser', text('Arn', sessionArn(principal)) + text('AssumedRoleId', userId(principal))),
    element(
      'Credentials',
      text('AccessKeyId', accessKeyId) +
        text('SecretAccessKey', secretAccessKey) +
        text('SessionToken', sessionToken) +
        text('Expiration', `${new Date(session?.expires ?? 0).toISOString().slice(0, 19)}Z`),
    ),
  ];
}

/** The answer of GetCallerIdentity. */
export function callerIdentityDocument(principal: Principal): string {
  const account = principal.roleArn.split(':')[4] ?? '';
  return answer('GetCallerIdentity', [
    text('Arn', sessionArn(principal)),
    text('UserId', userId(principal)),
    text('Account', account),
  ]);
}

/** An error document. */
export function errorDocument({ code, message, status }: StsError): string {
  const error = text('Type', status < 500 ? 'Sender' : 'Receiver') + text('Code', code) + text('Message', message);
  return `<ErrorResponse ${NAMESPACE}>${element('Error', error)}${text('RequestId', randomUUID())}</ErrorResponse>\n`;
}

function answer(operation: string, parts: readonly string[]): string {
  const result = element(`${operation}Result`, parts.join(''));
  const metadata = element('ResponseMetadata', text('RequestId', randomUUID()));
  return `<${operation}Response ${NAMESPACE}>${result}${metadata}</${operation}Response>\n`;
}

/** `AROA…:<session name>`; here the role's name stands for its unique id. */
function userId(principal: Principal): string {
  return `${principal.roleArn.split('/').at(-1)}:${principal.name}`;
}

function text(name: string, content: string): string {
  return element(name, escapeXml(content));
}
