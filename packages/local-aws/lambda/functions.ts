/** The deployment's functions, ready to be invoked, each with its own environment and access key. */
import type { DeployedRoute } from '../cloudformation/deployed-api.ts';
import { mayInvoke } from '../cloudformation/deployed-policies.ts';
import type { Deployment } from '../cloudformation/deployment.ts';
import type { Integration } from '../gateway/integration.ts';
import type { Principals } from '../iam/principals.ts';
import { environmentOf, type LocalServices } from './environment.ts';
import { type ProcessRegister, RunningFunction } from './running-function.ts';

export interface ComputeOptions {
  deployment: Deployment;
  principals: Principals;
  services: LocalServices;
  logDirectory: string;
  processes: ProcessRegister;
}

export class Compute {
  /** By ARN. */
  readonly functions: ReadonlyMap<string, RunningFunction>;
  readonly #deployment: Deployment;

  constructor({ deployment, principals, services, logDirectory, processes }: ComputeOptions) {
    this.#deployment = deployment;
    this.functions = new Map(
      deployment.functions.map((deployed) => {
        const principal = principals.byFunction.get(deployed.arn);
        if (principal === undefined) throw new Error(`the function ${deployed.logName} has no access key`);
        const environment = environmentOf(deployed, deployment.place.region, services, principal);
        return [deployed.arn, new RunningFunction(deployed, { environment, logDirectory, processes })];
      }),
    );
  }

  /** How the gateway reaches a route's function. */
  integrationOf(route: DeployedRoute): Integration {
    const { place, api, permissions } = this.#deployment;
    const running = this.functions.get(route.functionArn);
    if (running === undefined) throw new Error(`the template has no bundle for ${route.key}`);
    const source = `arn:aws:execute-api:${place.region}:${place.account}:${api.id}/${api.stage}/${route.method}${route.path}`;
    return {
      permitted: mayInvoke(permissions, route.functionArn, 'apigateway.amazonaws.com', source),
      timeoutMilliseconds: route.timeoutMilliseconds,
      invoke: (event, traceId) => running.invoke(event, traceId),
    };
  }

  /** Kills every instance: each function starts cold. */
  restart(): void {
    for (const running of this.functions.values()) running.restart();
  }

  stop(): void {
    for (const running of this.functions.values()) running.stop();
  }
}
