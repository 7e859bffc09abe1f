/** The version of a route's function that the gateway calls, where the configuration wants versions. */
import { Alias, type CfnAlias, type IFunction, type IVersion } from 'aws-cdk-lib/aws-lambda';
import type { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import type { Construct } from 'constructs';
import { ConfigError } from '../../config/config-error.ts';
import type { Config } from '../../config/schema.ts';

/** What callers of the function call: `users:live`. */
export const ALIAS = 'live';

export interface LiveVersionProps {
  /** Name of the route. */
  route: string;
  lambda: NodejsFunction;
  config: Config;
  /** Instances that the function may have; `null`: no cap. */
  reserved: number | null;
}

/**
 * The function itself, or with `delivery` an alias of its newest version. A version is made anew with each change of code
 * or settings; the one before stays until requests have moved (Lambda guide, "Using aliases").
 *
 * @throws ConfigError when more instances are to be kept ready than the function may have
 */
export function liveVersion(scope: Construct, { route, lambda, config, reserved }: LiveVersionProps): IFunction {
  if (config.delivery === undefined) return lambda;
  const provisioned = config.delivery.provisioned_concurrency?.[route];
  if (provisioned !== undefined && reserved !== null && provisioned > reserved) {
    throw new ConfigError([
      `delivery.provisioned_concurrency.${route}: ${provisioned} instances, but limits.database_connections leaves the function ${reserved}`,
    ]);
  }
  // The CDK's own classes miss their interfaces under exactOptionalPropertyTypes.
  const alias = new Alias(scope, 'Live', {
    aliasName: ALIAS,
    version: lambda.currentVersion as IVersion,
    ...(provisioned !== undefined && { provisionedConcurrentExecutions: provisioned }),
  });
  return alias as IFunction;
}

/** The alias behind `target`; `null` for a function without versions. */
export function aliasOf(target: IFunction): CfnAlias | null {
  return target instanceof Alias ? (target.node.defaultChild as CfnAlias) : null;
}
