/** IoT Core in the synthesised stack: things, certificates by their requests, policies, and what is attached to what. */
import { z } from 'zod';
import type { PolicyDocument } from '../iam/policy.ts';
import type { Reference } from './deployed-policies.ts';
import type { ResolvedResource } from './template.ts';

const Thing = z.object({ ThingName: z.string() });
const Policy = z.object({ PolicyName: z.string(), PolicyDocument: z.looseObject({ Statement: z.array(z.unknown()) }) });
const Certificate = z.object({
  CertificateSigningRequest: z.string(),
  Status: z.enum(['ACTIVE', 'INACTIVE', 'REVOKED']),
});
const ThingAttachment = z.object({ ThingName: z.string(), Principal: z.string() });
const PolicyAttachment = z.object({ PolicyName: z.string(), Principal: z.string() });

/** Characters of a policy without white space (AWS IoT Core quotas, "Policy document size"). */
const MAX_POLICY_CHARACTERS = 2048;

export interface DeployedIot {
  things: ReadonlySet<string>;
  certificates: {
    logicalId: string;
    /** PEM of the request. */
    request: string;
    status: 'ACTIVE' | 'INACTIVE' | 'REVOKED';
    /** Names of the things that it is attached to. */
    things: string[];
    policies: PolicyDocument[];
  }[];
}

/** @throws Error for a policy that is too long for IoT Core, or ZodError for what is not understood */
export function deployedIot(
  resources: Record<string, ResolvedResource>,
  reference: (logicalId: string) => Reference,
): DeployedIot {
  const ofType = <T>(type: string, schema: z.ZodType<T>): [string, T][] =>
    Object.entries(resources).flatMap(([logicalId, resource]) =>
      resource.type === `AWS::IoT::${type}` ? [[logicalId, schema.parse(resource.properties)]] : [],
    );
  const policies = new Map(
    ofType('Policy', Policy).map(([, { PolicyName, PolicyDocument: document }]) => {
      const length = JSON.stringify(document).length;
      if (length > MAX_POLICY_CHARACTERS) throw new Error(`the IoT policy ${PolicyName} has ${length} characters`);
      return [PolicyName, document as unknown as PolicyDocument];
    }),
  );
  const ofThings = ofType('ThingPrincipalAttachment', ThingAttachment).map(([, attachment]) => attachment);
  const ofPolicies = ofType('PolicyPrincipalAttachment', PolicyAttachment).map(([, attachment]) => attachment);
  return {
    things: new Set(ofType('Thing', Thing).map(([, { ThingName }]) => ThingName)),
    certificates: ofType('Certificate', Certificate).map(([logicalId, { CertificateSigningRequest, Status }]) => {
      const { arn } = reference(logicalId);
      return {
        logicalId,
        request: CertificateSigningRequest,
        status: Status,
        things: ofThings.filter(({ Principal }) => Principal === arn).map(({ ThingName }) => ThingName),
        policies: ofPolicies
          .filter(({ Principal }) => Principal === arn)
          .flatMap(({ PolicyName }) => policies.get(PolicyName) ?? []),
      };
    }),
  };
}
