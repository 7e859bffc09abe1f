/** The deployment's functions, ready to be invoked, each with its own environment and access key. */
import type { DeployedRoute } from '../cloudformation/deployed-api.ts';
import { mayInvoke } from '../cloudformation/deployed-policies.ts';
import type { Deployment } from '../cloudformation/deployment.ts';
import type { Integration } from '../gateway/integration.ts';
import type { FunctionPrincipals } from '../iam/execution-roles.ts';
import type { LogFault } from '../log/log-file.ts';
import type { RestIntegration } from '../rest-api/integration.ts';
import { environmentOf, type LocalVariables } from './environment.ts';
import { type ProcessRegister, RunningFunction } from './running-function.ts';

/** The functions of one deployment, and what they get on this machine. */
export interface FunctionsOptions {
  deployment: Deployment;
  principals: FunctionPrincipals;
  /** What is different in every function's environment here. */
  local: LocalVariables;
  /** Each function writes `<log name>.log` there. */
  logDirectory: string;
  logFault?: LogFault;
  processes: ProcessRegister;
}

/** Lambda: all functions of the stack. Instances start with the first request. */
export class Functions {
  /** By ARN. */
  readonly byArn: ReadonlyMap<string, RunningFunction>;
  readonly #deployment: Deployment;

  constructor({ deployment, principals, local, logDirectory, logFault, processes }: FunctionsOptions) {
    this.#deployment = deployment;
    this.byArn = new Map(
      deployment.functions.map((deployed) => {
        const principal = principals.get(deployed.arn);
        if (principal === undefined) throw new Error(`the function ${deployed.logName} has no access key`);
        const environment = environmentOf(deployed, deployment.place.region, local, principal);
        return [deployed.arn, new RunningFunction(deployed, { environment, logDirectory, logFault, processes })];
      }),
    );
  }

  /** How the gateway reaches a route's function. */
  integrationOf(route: DeployedRoute): Integration {
    const { place, api, permissions, aliases } = this.#deployment;
    const running = this.byArn.get(aliases.get(route.functionArn) ?? route.functionArn);
    if (running === undefined) throw new Error(`the template has no bundle for ${route.key}`);
    const source = `arn:aws:execute-api:${place.region}:${place.account}:${api.id}/${api.stage}/${route.method}${route.path}`;
    return {
      permitted: mayInvoke(permissions, route.functionArn, 'apigateway.amazonaws.com', source),
      timeoutMilliseconds: route.timeoutMilliseconds,
      invoke: (event, traceId) => running.invoke(event, traceId),
    };
  }

  /**
   * How a REST API reaches a function, behind a method or as an authorizer.
   *
   * @param source ARN of the method or authorizer, which the function's resource policy must let in
   */
  integrationBehind(functionArn: string, source: string, timeoutMilliseconds: number): RestIntegration {
    const { permissions, aliases } = this.#deployment;
    const running = this.byArn.get(aliases.get(functionArn) ?? functionArn);
    if (running === undefined) throw new Error(`the template has no bundle for ${functionArn}`);
    return {
      permitted: mayInvoke(permissions, functionArn, 'apigateway.amazonaws.com', source),
      timeoutMilliseconds,
      invoke: (event, traceId) => running.invoke(event, traceId),
      stream: (event) => running.invokeWithResponseStream(event),
    };
  }

  /** Kills every instance: each function starts cold. */
  restart(): void {
    for (const running of this.byArn.values()) running.restart();
  }

  /** Kills every instance; nothing may be invoked any more. */
  stop(): void {
    for (const running of this.byArn.values()) running.stop();
  }
}
