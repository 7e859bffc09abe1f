/** What a function of a route may do at IoT Core, and how its role declares it. */
import type { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Config } from '../../config/schema.ts';
import { relayClientPrefix } from '../../lambdas/relay/names.ts';
import { answersFilter, heartbeatTopic, requestTopic } from '../../lambdas/relay/topics.ts';
import type { Route } from '../../lambdas/route.ts';

/** What of a route decides it: routes about environments ask agents, others at most hear how they are. */
export type Asking = Partial<Pick<Route, 'environment' | 'agents'>>;

const RELAY_ACTIONS = ['iot:Connect', 'iot:Publish', 'iot:Subscribe', 'iot:Receive'];
const HEARTBEAT_ACTIONS = ['iot:GetRetainedMessage'];

/** Whether its function speaks to IoT Core, and so needs the way there. */
export function reachesAgents({ environment, agents }: Asking, config: Pick<Config, 'agents'>): boolean {
  return config.agents !== undefined && (environment === true || agents === true);
}

/** Whether its function asks agents, with a token of its own making. */
export function asksAgents({ environment }: Asking, { agents }: Pick<Config, 'agents'>): boolean {
  return agents !== undefined && environment === true;
}

/** Actions for the declaration of the role; none without agents. */
export function agentActionsOf(route: Asking, config: Pick<Config, 'agents'>): readonly string[] {
  if (!reachesAgents(route, config)) return [];
  return route.environment === true ? RELAY_ACTIONS : HEARTBEAT_ACTIONS;
}

/** Publish requests and hear answers to ids of the functions; or read the agents' last heartbeats, which IoT Core keeps. */
export function agentStatementsOf(
  route: Asking,
  { agents, stage }: Config,
  { region, account }: Pick<Stack, 'region' | 'account'>,
): PolicyStatement[] {
  if (agents === undefined || !reachesAgents(route, { agents })) return [];
  const arn = (resource: string) => `arn:aws:iot:${region}:${account}:${resource}`;
  const names = Object.keys(agents.names);
  const allow = (action: string, resources: string[]) => new PolicyStatement({ actions: [action], resources });
  if (route.environment !== true) {
    return [
      allow(
        'iot:GetRetainedMessage',
        names.map((name) => arn(`topic/${heartbeatTopic(name)}`)),
      ),
    ];
  }
  const ids = `${relayClientPrefix(stage)}*`;
  return [
    allow('iot:Connect', [arn(`client/${ids}`)]),
    allow(
      'iot:Publish',
      names.map((name) => arn(`topic/${requestTopic(name)}`)),
    ),
    // `+` is a sign like any other in a policy: it is the very filter that is subscribed to.
    allow('iot:Subscribe', [arn(`topicfilter/${answersFilter(ids)}`)]),
    allow(
      'iot:Receive',
      names.map((name) => arn(`topic/${heartbeatTopic(name)}/${ids}`)),
    ),
  ];
}
