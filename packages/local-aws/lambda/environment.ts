/**
 * The one list of environment variables that the local run may set in a function beside those of the template:
 * where the AWS services are, who the function is, and which CA signs the local database's certificate.
 * Ports of databases are in the configuration that is synthesised.
 */
import { VARIABLES } from '../../../lambdas/contract.ts';
import type { DeployedFunction } from '../cloudformation/deployed-functions.ts';
import type { Principal } from '../iam/iam.ts';

/** Addresses of the local services. */
export interface LocalServices {
  s3: string;
  cloudwatch: string;
  cognito: string;
  databaseCaFile: string;
}

/** The SDKs' own variables where there is one. */
export function overrides(services: LocalServices, principal: Principal): Record<string, string> {
  return {
    AWS_ACCESS_KEY_ID: principal.accessKeyId,
    AWS_SECRET_ACCESS_KEY: principal.secretAccessKey,
    AWS_SESSION_TOKEN: principal.sessionToken,
    AWS_ENDPOINT_URL_S3: services.s3,
    AWS_ENDPOINT_URL_CLOUDWATCH: services.cloudwatch,
    AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: services.cognito,
    [VARIABLES.databaseCaFile]: services.databaseCaFile,
  };
}

/** What Lambda itself sets (Lambda guide, "Defined runtime environment variables"). */
export function lambdaVariables(deployed: DeployedFunction, region: string): Record<string, string> {
  return {
    _HANDLER: deployed.handler,
    AWS_DEFAULT_REGION: region,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(deployed.memoryMegabytes),
    AWS_LAMBDA_FUNCTION_NAME: deployed.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${deployed.name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: 'local',
    AWS_REGION: region,
    LAMBDA_TASK_ROOT: deployed.bundle,
    LANG: 'en_US.UTF-8',
    PATH: '/usr/local/bin:/usr/bin:/bin',
    TZ: ':UTC',
  };
}

/** All of a function's `process.env`, but for the Runtime API's address. Nothing of this process's own gets in. */
export function environmentOf(
  deployed: DeployedFunction,
  region: string,
  services: LocalServices,
  principal: Principal,
): Record<string, string> {
  return { ...deployed.variables, ...lambdaVariables(deployed, region), ...overrides(services, principal) };
}
