/**
 * A function's `process.env` on this machine: the template's variables, those that Lambda sets, and where the local
 * services are. Nothing of this process's own environment gets in.
 */
import type { DeployedFunction } from '../cloudformation/deployed-functions.ts';
import type { Principal } from '../iam/iam.ts';

/** What differs from the cloud, the same for every function. */
export interface LocalVariables {
  /** Base addresses (`http://127.0.0.1:40001`) of what stands in for each service. */
  s3: string;
  cloudwatch: string;
  cognito: string;
  /** IoT Core's data endpoint; `null`: nobody speaks to it. */
  iot?: string | null;
  /** `null`: no function assumes a role. */
  sts: string | null;
  /** `null`: the stack has no workgroup. */
  athena: string | null;
  /** Addresses of services that few functions speak to, by the SDKs' own variables, and whom to trust there. */
  further?: Readonly<Record<string, string>>;
  /** Variables of the application itself that must be different here: the file of a CA, say. */
  application: Readonly<Record<string, string>>;
}

/** The function's access key, and the SDKs' own variables for the address of a service. */
function localVariables(local: LocalVariables, principal: Principal): Record<string, string> {
  return {
    AWS_ACCESS_KEY_ID: principal.accessKeyId,
    AWS_SECRET_ACCESS_KEY: principal.secretAccessKey,
    AWS_SESSION_TOKEN: principal.sessionToken,
    AWS_ENDPOINT_URL_S3: local.s3,
    AWS_ENDPOINT_URL_CLOUDWATCH: local.cloudwatch,
    AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: local.cognito,
    ...(local.iot && { AWS_ENDPOINT_URL_IOT_DATA_PLANE: local.iot }),
    ...(local.sts !== null && { AWS_ENDPOINT_URL_STS: local.sts }),
    ...(local.athena !== null && { AWS_ENDPOINT_URL_ATHENA: local.athena }),
    ...local.application,
  };
}

/** What Lambda itself sets. Source: Lambda developer guide, "Defined runtime environment variables". */
function runtimeVariables(deployed: DeployedFunction, region: string): Record<string, string> {
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

/** All of a function's `process.env`, but for the Runtime API's address, which each instance gets for itself. */
export function environmentOf(
  deployed: DeployedFunction,
  region: string,
  local: LocalVariables,
  principal: Principal,
): Record<string, string> {
  // What the template says itself goes first.
  return {
    ...local.further,
    ...deployed.variables,
    ...runtimeVariables(deployed, region),
    ...localVariables(local, principal),
  };
}
