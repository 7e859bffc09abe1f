/** The functions of the synthesised stack: what Lambda would be told, and the bundle that it would unpack. */
import { join } from 'node:path';
import { z } from 'zod';
import type { Reference } from './deployed-policies.ts';
import type { ResolvedResource } from './template.ts';

const Properties = z.object({
  FunctionName: z.string().optional(),
  Handler: z.string(),
  Code: z.object({ S3Key: z.string().optional() }),
  Role: z.string(),
  MemorySize: z.coerce.number().default(128),
  Timeout: z.coerce.number().default(3),
  Environment: z.object({ Variables: z.record(z.string(), z.coerce.string()).default({}) }).default({ Variables: {} }),
  ReservedConcurrentExecutions: z.coerce.number().optional(),
  VpcConfig: z.unknown().optional(),
  TracingConfig: z.object({ Mode: z.enum(['Active', 'PassThrough']) }).default({ Mode: 'PassThrough' }),
});

/** `<stack>.assets.json`, as the CDK writes it beside the template. */
const Assets = z.object({
  files: z.record(
    z.string(),
    z.object({
      source: z.object({ path: z.string().optional() }),
      destinations: z.record(z.string(), z.object({ objectKey: z.string() })),
    }),
  ),
});

/** What Lambda would be told of a function, with the bundle on this disk in place of the one in a bucket. */
export interface DeployedFunction {
  logicalId: string;
  name: string;
  arn: string;
  /** Name of its log file: its route's where that is a word (`users`), else its construct's (`publisher`). */
  logName: string;
  roleArn: string;
  handler: string;
  /** Folder of the unpacked bundle. */
  bundle: string;
  memoryMegabytes: number;
  timeoutSeconds: number;
  variables: Readonly<Record<string, string>>;
  /** `null`: shares the account's. */
  reservedConcurrency: number | null;
  inVpc: boolean;
  /** X-Ray would record its runs. */
  traced: boolean;
}

/**
 * @param logNames route names by function ARN
 *
 * Functions with inline code (the CDK's own helpers) are left out: they serve the deployment, not the API.
 */
export function deployedFunctions(
  resources: Record<string, ResolvedResource>,
  assets: unknown,
  assembly: string,
  reference: (logicalId: string) => Reference,
  logNames: ReadonlyMap<string, string>,
): DeployedFunction[] {
  const bundles = bundlesByKey(assets, assembly);
  const functions: DeployedFunction[] = [];
  for (const [logicalId, resource] of Object.entries(resources)) {
    if (resource.type !== 'AWS::Lambda::Function') continue;
    const properties = Properties.parse(resource.properties);
    const bundle = bundles.get(properties.Code.S3Key ?? '');
    if (bundle === undefined) continue;
    const { name, arn } = reference(logicalId);
    functions.push({
      logicalId,
      name,
      arn,
      logName: logNames.get(arn) ?? withoutHash(logicalId),
      roleArn: properties.Role,
      handler: properties.Handler,
      bundle,
      memoryMegabytes: properties.MemorySize,
      timeoutSeconds: properties.Timeout,
      variables: properties.Environment.Variables,
      reservedConcurrency: properties.ReservedConcurrentExecutions ?? null,
      inVpc: properties.VpcConfig !== undefined,
      traced: properties.TracingConfig.Mode === 'Active',
    });
  }
  return functions;
}

function bundlesByKey(assets: unknown, assembly: string): Map<string, string> {
  const bundles = new Map<string, string>();
  for (const { source, destinations } of Object.values(Assets.parse(assets).files)) {
    if (source.path === undefined) continue;
    for (const { objectKey } of Object.values(destinations)) bundles.set(objectKey, join(assembly, source.path));
  }
  return bundles;
}

/** `PublisherFunction1938950E` → `publisher`: the construct's path without the CDK's hash. */
function withoutHash(logicalId: string): string {
  return logicalId
    .replace(/[0-9A-F]{8}$/, '')
    .replace(/Function$/, '')
    .toLowerCase();
}
