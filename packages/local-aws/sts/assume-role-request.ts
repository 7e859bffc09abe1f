/** The parameters of AssumeRole, read and held to the limits that the STS API reference gives for each. */
import { checkDocument, type PolicyDocument } from '../iam/policy.ts';
import { StsError } from './error.ts';

/** A request of AssumeRole whose form is right; whether it is permitted is another matter. */
export interface AssumeRoleRequest {
  roleArn: string;
  sessionName: string;
  seconds: number;
  externalId: string | null;
  sourceIdentity: string | null;
  tags: Readonly<Record<string, string>>;
  transitive: readonly string[];
  /** The session policy; `null`: none. */
  policy: PolicyDocument | null;
}

const DEFAULT_SECONDS = 3600;
const MIN_SECONDS = 900;
const MAX_SECONDS = 43_200;
const MAX_TAGS = 50;
const MAX_KEY_LENGTH = 128;
const MAX_VALUE_LENGTH = 256;
const MAX_POLICY_LENGTH = 2048;

const SESSION_NAME = /^[\w+=,.@-]{2,64}$/;
const EXTERNAL_ID = /^[\w+=,.@:/-]{2,1224}$/;
const ROLE_ARN = /^arn:aws:iam::\d{12}:role\/[\w+=,.@/-]{1,1000}$/;
/** The same for keys and values of tags. */
const TAG_TEXT = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

const KNOWN =
  /^(Action|Version|RoleArn|RoleSessionName|DurationSeconds|ExternalId|SourceIdentity|Policy|Tags|TransitiveTagKeys|Tags\.member\.\d+\.(Key|Value)|TransitiveTagKeys\.member\.\d+)$/;

/** @throws StsError `ValidationError` and the like; Error naming a parameter that is not known here */
export function readAssumeRole(parameters: URLSearchParams): AssumeRoleRequest {
  const unknown = [...parameters.keys()].find((parameter) => !KNOWN.test(parameter));
  if (unknown !== undefined) throw new Error(`local-aws does not know the parameter ${unknown} of AssumeRole`);
  const text = (parameter: string, form: RegExp): string | null => {
    const value = parameters.get(parameter);
    if (value === null || form.test(value)) return value;
    throw invalid(parameter, value, `Member must satisfy regular expression pattern: ${form.source}`);
  };
  const tags = readTags(parameters);
  return {
    roleArn: required('RoleArn', text('RoleArn', ROLE_ARN)),
    sessionName: required('RoleSessionName', text('RoleSessionName', SESSION_NAME)),
    seconds: readSeconds(parameters.get('DurationSeconds')),
    externalId: text('ExternalId', EXTERNAL_ID),
    sourceIdentity: text('SourceIdentity', SESSION_NAME),
    tags,
    transitive: readTransitive(parameters, tags),
    policy: readPolicy(parameters.get('Policy')),
  };
}

function readSeconds(text: string | null): number {
  if (text === null) return DEFAULT_SECONDS;
  const seconds = Number(text);
  if (Number.isInteger(seconds) && seconds >= MIN_SECONDS && seconds <= MAX_SECONDS) return seconds;
  throw invalid('DurationSeconds', text, `Member must have value between ${MIN_SECONDS} and ${MAX_SECONDS}`);
}

/** `Tags.member.1.Key=tenant&Tags.member.1.Value=bank-a`, numbered from 1 without gaps. */
function readTags(parameters: URLSearchParams): Record<string, string> {
  const tags: Record<string, string> = {};
  const seen = new Set<string>();
  for (let number = 1; ; number += 1) {
    const key = parameters.get(`Tags.member.${number}.Key`);
    if (key === null) break;
    const value = parameters.get(`Tags.member.${number}.Value`) ?? '';
    if (number > MAX_TAGS)
      throw invalid('Tags', String(number), `Member must have length less than or equal to ${MAX_TAGS}`);
    if (key === '' || key.length > MAX_KEY_LENGTH || !TAG_TEXT.test(key)) throw invalid('Tags', key, 'not a tag key');
    if (/^aws:/i.test(key)) throw invalid('Tags', key, 'keys that begin with aws: are reserved');
    if (value.length > MAX_VALUE_LENGTH || !TAG_TEXT.test(value)) throw invalid('Tags', value, 'not a tag value');
    if (seen.has(key.toLowerCase())) {
      throw new StsError(
        'InvalidParameterValue',
        'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
      );
    }
    seen.add(key.toLowerCase());
    tags[key] = value;
  }
  return tags;
}

function readTransitive(parameters: URLSearchParams, tags: Readonly<Record<string, string>>): string[] {
  const keys: string[] = [];
  for (let number = 1; ; number += 1) {
    const key = parameters.get(`TransitiveTagKeys.member.${number}`);
    if (key === null) return keys;
    if (!Object.hasOwn(tags, key)) {
      throw new StsError(
        'InvalidParameterValue',
        'The specified transitive tag key must be included in the requested tags.',
      );
    }
    keys.push(key);
  }
}

/** @throws Error when it has something that the policy check does not know */
function readPolicy(text: string | null): PolicyDocument | null {
  if (text === null) return null;
  if (text.length > MAX_POLICY_LENGTH) {
    throw new StsError('PackedPolicyTooLarge', `The policy has ${text.length} characters, ${MAX_POLICY_LENGTH} fit.`);
  }
  let policy: unknown;
  try {
    policy = JSON.parse(text);
  } catch {
    throw new StsError('MalformedPolicyDocument', 'The policy is not in the valid JSON format.');
  }
  checkDocument(policy as PolicyDocument);
  return policy as PolicyDocument;
}

function required(parameter: string, value: string | null): string {
  if (value !== null) return value;
  throw new StsError(
    'ValidationError',
    `1 validation error detected: Value null at '${parameter}' failed to satisfy constraint: Member must not be null`,
  );
}

function invalid(parameter: string, value: string, constraint: string): StsError {
  return new StsError(
    'ValidationError',
    `1 validation error detected: Value '${value}' at '${parameter}' failed to satisfy constraint: ${constraint}`,
  );
}
