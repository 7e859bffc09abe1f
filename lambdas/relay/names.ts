/** What an agent is called in each place; the cloud side, the functions and the agents say it alike. */

/** The thing in IoT Core, and the client id by which its agent connects: IoT Core holds the two together. */
export function thingName(agent: string): string {
  return `mrt-agent-${agent}`;
}

/** What comes before the random part of the ids by which the functions connect to IoT Core. */
export function relayClientPrefix(stage: string): string {
  return `mrt-${stage}-relay-`;
}

/** The metric that counts the heartbeats of an agent. */
export function heartbeatMetric(stage: string, agent: string): string {
  return `agent_heartbeats/${stage}/${agent}`;
}
