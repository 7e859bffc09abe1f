/**
 * Topics between the Regional API and its agents, after Maestro's (github.com/openshift-online/maestro): the source speaks on
 * `sourceevents`, the consumer on `agentevents`. One level below `agentevents` stands whose request is answered, so that no
 * instance of the Regional API gets the answers of another one.
 */

/** Everything is below this. */
const CONSUMERS = 'sources/mrt/consumers';

/** What an agent, or an instance of the relay, may be called: it is one level of a topic and part of an ARN. */
const NAME = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** Whether it can stand in a topic: no level sign, no wildcard, nothing that a policy would read as a pattern. */
export function isTopicName(name: string): boolean {
  return NAME.test(name);
}

/** Where an agent hears requests. */
export function requestTopic(agent: string): string {
  return `${CONSUMERS}/${checked(agent)}/sourceevents`;
}

/** Where an agent says that it lives. The message stays there (retained); it names nobody and holds no figure. */
export function heartbeatTopic(agent: string): string {
  return `${CONSUMERS}/${checked(agent)}/agentevents`;
}

/** Where an agent answers one instance of the relay. */
export function answerTopic(agent: string, relay: string): string {
  return `${heartbeatTopic(agent)}/${checked(relay)}`;
}

/** All answers to one instance of the relay, from whichever agent; in a policy, to all ids of a pattern. */
export function answersFilter(relay: string): string {
  return `${CONSUMERS}/+/agentevents/${relay}`;
}

/** The agent that a topic belongs to; `null` for a topic of another shape. The broker lets nobody else publish there. */
export function agentOf(topic: string): string | null {
  const [, agent] = /^sources\/mrt\/consumers\/([^/]+)\/agentevents(?:\/[^/]+)?$/.exec(topic) ?? [];
  return agent !== undefined && isTopicName(agent) ? agent : null;
}

function checked(name: string): string {
  if (!isTopicName(name)) throw new Error(`${JSON.stringify(name.slice(0, 70))} cannot stand in a topic`);
  return name;
}
