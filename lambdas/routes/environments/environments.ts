import type { Answer, RouteRequest } from '../../exchange.ts';
import { type Fault, faultOf } from '../../faults.ts';
import type { AnswerOf } from '../../route.ts';
import { utc } from '../../utc.ts';
import type { route } from './route.ts';

type Row = AnswerOf<typeof route>['environments'][number];
type AgentState = NonNullable<Row['agent']>;

/** Where a page ended: the last environment's name. */
export type Position = string;

/** What an agent last said of itself. */
export interface LastHeartbeat {
  state: 'here' | 'away';
  version: string;
  /** When the broker stored it; ISO 8601. */
  time: string;
  /** Names of the environments that it serves. */
  environments: readonly string[];
  certificate_ends: string | null;
}

export interface Upstreams {
  /** `null`: it was never heard. @throws UpstreamFailedError, UpstreamTimeoutError */
  heartbeat(agent: string): Promise<LastHeartbeat | null>;
}

/** Five heartbeats (`agent/agent.ts`). */
const AWAY_AFTER_SECONDS = 300;

const UNKNOWN = { version: null, heard_at: null, age_seconds: null, serves: null, certificate_ends: null };

/**
 * The environments that the caller may read, by name: from configuration, and where agents of other accounts serve some of
 * them, from what these last said.
 */
export async function environments(
  request: Pick<RouteRequest<unknown, Position>, 'environments' | 'limit' | 'position'>,
  upstreams: Upstreams | null,
  now = new Date(),
): Promise<Answer<AnswerOf<typeof route>, Position>> {
  const { position, limit } = request;
  const rest = request.environments.filter(({ environment }) => position === null || environment.name > position);
  const page = rest.slice(0, limit);
  const names = [...new Set(page.flatMap(({ environment: { agent } }) => agent ?? []))];
  const faults: Fault[] = [];
  const heard = new Map(await Promise.all(names.map(async (name) => [name, await attempt(name)] as const)));

  /** Without the sources of agents the rest is as good as ever. */
  async function attempt(name: string): Promise<LastHeartbeat | 'never' | 'unknown'> {
    try {
      return (await upstreams?.heartbeat(name)) ?? 'never';
    } catch (error) {
      faults.push(faultOf(error));
      return 'unknown';
    }
  }

  const rows = page.map(({ environment, scopes }): Row => {
    const { name, labels, offers, agent } = environment;
    const row = { environment: name, labels, offers, scopes: [...scopes] };
    return agent === undefined ? row : { ...row, agent: stateOf(agent, name, heard.get(agent) ?? 'unknown', now) };
  });
  return {
    body: { environments: rows, complete: faults.length === 0 },
    next: rest.length > limit ? (page.at(-1)?.environment.name ?? null) : null,
    as_of: names.length === 0 ? null : utc(now),
    max_age: names.length === 0 ? 60 : 15,
    faults,
  };
}

function stateOf(
  agent: string,
  environment: string,
  heard: LastHeartbeat | 'never' | 'unknown',
  now: Date,
): AgentState {
  if (heard === 'never') return { name: agent, state: 'never_heard', ...UNKNOWN };
  if (heard === 'unknown') return { name: agent, state: null, ...UNKNOWN };
  const { state, version, time, environments: served, certificate_ends } = heard;
  const age = Math.max(0, Math.floor((now.getTime() - Date.parse(time)) / 1000));
  return {
    name: agent,
    state: state === 'away' || age > AWAY_AFTER_SECONDS ? 'away' : 'here',
    version,
    heard_at: time,
    age_seconds: age,
    serves: served.includes(environment),
    certificate_ends,
  };
}
