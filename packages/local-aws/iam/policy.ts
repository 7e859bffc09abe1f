/**
 * Decides what an IAM policy document says about one request.
 * Only what policies of this project use; anything else throws, so that nothing passes unread.
 * Source: IAM user guide, "Policy evaluation logic" and "IAM JSON policy elements".
 */
import {
  type ConditionBlock,
  checkConditions,
  conditionsHold,
  contextValues,
  type RequestContext,
} from './conditions.ts';
import { checkVariables, listed, resolveVariables, wildcard } from './pattern.ts';

/** A policy as IAM stores it. */
export interface PolicyDocument {
  Version?: string;
  Id?: string;
  Statement: Statement | readonly Statement[];
}

/** One statement; `Action` or `NotAction`, and `Resource` or `NotResource`. */
export interface Statement {
  Sid?: string;
  Effect: string;
  Action?: string | readonly string[];
  NotAction?: string | readonly string[];
  Resource?: string | readonly string[];
  NotResource?: string | readonly string[];
  /** In endpoint policies and trust policies only. */
  Principal?: '*' | Record<string, string | readonly string[]>;
  Condition?: ConditionBlock;
}

/** One request, as a policy sees it. */
export interface PolicyRequest {
  /** ARN of the calling role; empty with `federated`. */
  principalArn: string;
  /** ARN of the OIDC provider whose token is shown in place of a role's keys. */
  federated?: string;
  /** `s3:GetObject` … */
  action: string;
  resource: string;
  context: RequestContext;
}

/** `silent`: no statement is about the request, which then is not allowed. */
export type Verdict = 'allow' | 'deny' | 'silent';

/**
 * What all documents together say: an explicit Deny wins over any Allow; `silent` when no statement matches.
 *
 * @throws Error naming an element, operator or effect that is not known here
 */
export function evaluate(documents: readonly PolicyDocument[], request: PolicyRequest): Verdict {
  let verdict: Verdict = 'silent';
  for (const statement of documents.flatMap((document) => listed(document.Statement))) {
    if (!applies(statement, request)) continue;
    if (statement.Effect === 'Deny') return 'deny';
    verdict = 'allow';
  }
  return verdict;
}

const ELEMENTS: ReadonlySet<string> = new Set([
  ...['Sid', 'Effect', 'Principal', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition'],
]);

/**
 * Reads a document without a request, so that what is not known here is found when a run starts.
 *
 * @throws Error as `evaluate`
 */
export function checkDocument(document: PolicyDocument): void {
  for (const statement of listed(document.Statement)) {
    checkStatement(statement);
    for (const pattern of listed(statement.Resource ?? statement.NotResource ?? [])) checkVariables(pattern);
  }
}

function checkStatement(statement: Statement): void {
  const unknown = Object.keys(statement).find((element) => !ELEMENTS.has(element));
  if (unknown !== undefined) throw new Error(`the policy check does not know the element ${unknown}`);
  if (statement.Effect !== 'Allow' && statement.Effect !== 'Deny') {
    throw new Error(`a policy statement has the effect ${statement.Effect}`);
  }
  const { Action, NotAction, Resource, NotResource } = statement;
  if (
    (Action === undefined) === (NotAction === undefined) ||
    (Resource === undefined) === (NotResource === undefined)
  ) {
    throw new Error('a policy statement needs Action or NotAction, and Resource or NotResource, one of each');
  }
  checkConditions(statement.Condition ?? {});
}

function applies(statement: Statement, request: PolicyRequest): boolean {
  checkStatement(statement);
  const values = contextValues(request.context);
  return (
    covers(statement.Action, statement.NotAction, request.action.toLowerCase(), (name) => name.toLowerCase()) &&
    covers(statement.Resource, statement.NotResource, request.resource, (arn) => resolveVariables(arn, values)) &&
    names(statement.Principal, request) &&
    conditionsHold(statement.Condition ?? {}, request.context)
  );
}

function covers(
  included: string | readonly string[] | undefined,
  excluded: string | readonly string[] | undefined,
  value: string,
  fold: (pattern: string) => string | null,
): boolean {
  const patterns = listed(included ?? excluded ?? []).flatMap((pattern) => fold(pattern) ?? []);
  const match = patterns.some((pattern) => wildcard(pattern).test(value));
  return match === (included !== undefined);
}

/**
 * The documents' statements that name the role itself, and not only its account or anybody. What a resource grants to
 * those in its own account needs no policy of theirs beside it.
 * Source: STS API reference, AssumeRole, "Permissions".
 */
export function namingDirectly(documents: readonly PolicyDocument[], roleArn: string): PolicyDocument[] {
  return documents.map((document) => ({
    ...document,
    Statement: listed(document.Statement).filter(
      ({ Principal }) => typeof Principal === 'object' && listed(Principal['AWS'] ?? []).includes(roleArn),
    ),
  }));
}

/** A role is named by its ARN, by its account's root ARN, or by the bare account number. */
function names(
  principal: Statement['Principal'],
  { principalArn: roleArn, federated }: Pick<PolicyRequest, 'principalArn' | 'federated'>,
): boolean {
  if (principal === undefined || principal === '*') return true;
  if (federated !== undefined) return listed(principal['Federated'] ?? []).includes(federated);
  const account = roleArn.split(':')[4] ?? '';
  const known = ['*', roleArn, account, `arn:aws:iam::${account}:root`];
  return listed(principal['AWS'] ?? []).some((name) => known.includes(name));
}
