/** All that is read out of a synthesised stack: the template with its assets, as a deployment would make it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { deployedAliases } from './deployed-aliases.ts';
import { type DeployedApi, deployedApi } from './deployed-api.ts';
import { type DeployedAthena, deployedAthena } from './deployed-athena.ts';
import { type DeployedFunction, deployedFunctions } from './deployed-functions.ts';
import { type DeployedPool, deployedPool } from './deployed-identity.ts';
import { type DeployedIot, deployedIot } from './deployed-iot.ts';
import {
  type DeployedOidcProvider,
  type DeployedRole,
  type DeployedVpcEndpoint,
  deployedOidcProviders,
  deployedRoles,
  deployedVpcEndpoints,
  type InvokePermission,
  invokePermissions,
  type Reference,
} from './deployed-policies.ts';
import { type DeployedRestApi, deployedRestApis } from './deployed-rest-apis.ts';
import { resolveTemplate } from './intrinsics.ts';
import { attributeOf, referenceTo } from './physical-ids.ts';
import type { ResolvedResource, StackPlace, Template } from './template.ts';

const CustomResource = z.looseObject({ ServiceToken: z.string() });
const ScheduleRule = z.object({
  ScheduleExpression: z.string(),
  Targets: z.array(z.object({ Arn: z.string() })),
});
const Bucket = z.object({ VersioningConfiguration: z.object({ Status: z.string() }).optional() });

/** A function that CloudFormation runs once, while it makes the stack. */
export interface DeployedCustomResource {
  logicalId: string;
  type: string;
  functionArn: string;
  properties: Record<string, unknown>;
}

/** A function that EventBridge runs again and again. */
export interface DeployedSchedule {
  functionArn: string;
  ruleArn: string;
  everyMilliseconds: number;
}

/** A stack as a deployment would make it, with every reference resolved. */
export interface Deployment {
  place: StackPlace;
  api: DeployedApi;
  /** Private ones, beside it. */
  restApis: DeployedRestApi[];
  pool: DeployedPool;
  functions: DeployedFunction[];
  /** ARN of the function behind each alias, by the alias' own. */
  aliases: ReadonlyMap<string, string>;
  /** By ARN. */
  roles: ReadonlyMap<string, DeployedRole>;
  /** Issuers of id tokens that the account believes. */
  oidcProviders: DeployedOidcProvider[];
  vpcEndpoints: DeployedVpcEndpoint[];
  iot: DeployedIot;
  permissions: InvokePermission[];
  customResources: DeployedCustomResource[];
  schedules: DeployedSchedule[];
  athena: DeployedAthena;
  /** Buckets that the stack itself makes. */
  buckets: { name: string; versioned: boolean }[];
}

/**
 * Reads what `node lib/app.ts` wrote.
 *
 * @param change may change the template before it is read, as a mistake in the stack would
 * @throws Error (or ZodError) naming what local-aws does not understand
 */
export function readDeployment(
  assembly: string,
  place: StackPlace,
  change: (template: Template) => void = () => undefined,
): Deployment {
  const read = (file: string): unknown => JSON.parse(readFileSync(join(assembly, file), 'utf8'));
  const template = read(`${place.stackName}.template.json`) as Template;
  change(template);
  const resources = resolveTemplate(template, place);
  const reference = (logicalId: string): Reference => {
    const { type, properties } = required(resources[logicalId], logicalId);
    const resource = { logicalId, type, properties };
    return { name: referenceTo(resource, place), arn: attributeOf(resource, 'Arn', place) };
  };
  const nameOf = (logicalId: string) => reference(logicalId).name;

  const api = deployedApi(resources, nameOf);
  const aliases = deployedAliases(resources, reference);
  const logNames = new Map(
    api.routes
      // Others, such as `/pages/{slug}`, are no name of a file, and their function may have several.
      .filter(({ path }) => /^\/\w+$/.test(path))
      .map(({ functionArn, path }) => [aliases.get(functionArn) ?? functionArn, path.slice(1)]),
  );
  const functions = deployedFunctions(resources, read(`${place.stackName}.assets.json`), assembly, reference, logNames);
  return {
    place,
    api,
    restApis: deployedRestApis(resources, nameOf),
    pool: deployedPool(resources, nameOf),
    functions,
    aliases,
    roles: deployedRoles(resources, reference),
    oidcProviders: deployedOidcProviders(resources, reference),
    vpcEndpoints: deployedVpcEndpoints(resources, reference),
    iot: deployedIot(resources, reference),
    permissions: invokePermissions(resources, [
      ...functions,
      ...[...aliases.keys()].map((arn) => ({ name: arn, arn })),
    ]),
    customResources: customResources(resources),
    schedules: schedules(resources, reference),
    athena: deployedAthena(resources),
    buckets: ofType(resources, 'AWS::S3::Bucket').map(([logicalId, { properties }]) => ({
      name: nameOf(logicalId),
      versioned: Bucket.parse(properties).VersioningConfiguration?.Status === 'Enabled',
    })),
  };
}

function ofType(resources: Record<string, ResolvedResource>, type: string): [string, ResolvedResource][] {
  return Object.entries(resources).filter(([, resource]) => resource.type === type);
}

function customResources(resources: Record<string, ResolvedResource>): DeployedCustomResource[] {
  return Object.entries(resources)
    .filter(([, { type }]) => type.startsWith('Custom::') || type === 'AWS::CloudFormation::CustomResource')
    .map(([logicalId, { type, properties }]) => {
      const parsed = CustomResource.parse(properties);
      return { logicalId, type, functionArn: parsed.ServiceToken, properties: parsed };
    });
}

function schedules(
  resources: Record<string, ResolvedResource>,
  reference: (logicalId: string) => Reference,
): DeployedSchedule[] {
  return ofType(resources, 'AWS::Events::Rule').flatMap(([logicalId, { properties }]) => {
    const rule = ScheduleRule.safeParse(properties);
    if (!rule.success) return [];
    const everyMilliseconds = rateMilliseconds(rule.data.ScheduleExpression);
    return rule.data.Targets.map(({ Arn }) => ({
      functionArn: Arn,
      ruleArn: reference(logicalId).arn,
      everyMilliseconds,
    }));
  });
}

/** `rate(15 minutes)`; local-aws has no use for a clock time (`cron(…)`). */
function rateMilliseconds(expression: string): number {
  const [, count, unit = ''] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  if (count === undefined) throw new Error(`local-aws knows no schedule such as ${expression}`);
  return Number(count) * { minute: 60_000, hour: 3_600_000, day: 86_400_000 }[unit as 'minute' | 'hour' | 'day'];
}

function required<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new Error(`the template has no ${name}`);
  return value;
}
