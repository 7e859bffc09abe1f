/**
 * The Regional side of an exchange: one request out, one answer in. Messages may be lost, doubled, late or out of order, and
 * the agent may be started anew in between. What comes of it is one answer, or an error that says which of these it was.
 *
 * An exchange with a lost part, second by second: 0.0 request · 0.1 accepted · 0.4 parts 0 and 2 of 3, then silence · 2.9
 * the request again, `missing: [1]` · 3.0 part 1, whole · `done`.
 */
import { randomUUID } from 'node:crypto';
import type { Deadline } from '../context.ts';
import {
  AgentUnreachableError,
  UpstreamFailedError,
  UpstreamThrottledError,
  UpstreamTimeoutError,
} from '../upstream-errors.ts';
import type { Channel } from './channel.ts';
import {
  EVENT_TYPES,
  type EventBody,
  encodeEvent,
  type FromAgent,
  parseFromAgent,
  type RequestEvent,
} from './events.ts';
import { Assembly } from './parts.ts';
import { agentOf, requestTopic } from './topics.ts';

/** The agent says something at least every second while it works (`answerer.ts`). */
const MAX_SILENCE_MS = 2500;
/** An agent that is there takes some milliseconds to say so. */
const MAX_ACCEPT_MS = 1000;
/** Silences in a row after which nobody is there. */
const MAX_SILENCES = 3;
/** Different answers to one exchange: an agent that was started anew gives another. More than that is no agent of ours. */
const MAX_ANSWERS = 3;
/** Answers of one instance that are under way at once; a Lambda function has one, the recorder some. */
export const MAX_EXCHANGES = 64;

/** What is asked: the token and the question of a request. */
export type Question = Pick<RequestEvent['data'], 'token' | 'question'>;

interface Exchange {
  agent: string;
  hear(event: FromAgent): void;
}

export interface AskerOptions {
  /** This instance's own name, the last level of its answers' topic. */
  replyTo: string;
  /** Milliseconds; tests shorten them. */
  silenceMs?: number;
  acceptMs?: number;
}

/** Asks agents, over one connection. */
export class Asker {
  readonly #channel: Channel;
  readonly #replyTo: string;
  readonly #silenceMs: number;
  readonly #acceptMs: number;
  readonly #exchanges = new Map<string, Exchange>();

  constructor(channel: Channel, options: AskerOptions) {
    this.#channel = channel;
    this.#replyTo = options.replyTo;
    this.#silenceMs = options.silenceMs ?? MAX_SILENCE_MS;
    this.#acceptMs = options.acceptMs ?? MAX_ACCEPT_MS;
  }

  /** Exchanges under way. */
  get size(): number {
    return this.#exchanges.size;
  }

  /** A message of the broker. One that is of no exchange of ours is dropped: a late answer, or nobody's. */
  receive(topic: string, payload: Uint8Array): void {
    const event = parseFromAgent(payload);
    if (event === null) return;
    const exchange = this.#exchanges.get(event.exchange);
    // The broker lets an agent publish below its own name only; so the topic says who speaks, not the event.
    if (exchange?.agent === agentOf(topic)) exchange?.hear(event);
  }

  /**
   * The packed answer of an agent.
   *
   * @throws AgentUnreachableError when it says nothing; UpstreamThrottledError when it has too much to do;
   *   UpstreamTimeoutError at the deadline; UpstreamFailedError `invalid-answer`
   */
  async ask(agent: string, question: Question, deadline: Deadline): Promise<Buffer> {
    if (this.#exchanges.size >= MAX_EXCHANGES) throw new UpstreamThrottledError(agent);
    const id = randomUUID();
    let timer: NodeJS.Timeout | undefined;
    let assembly: Assembly | null = null;
    let answers = 0;
    let silences = 0;
    let heard = false;
    try {
      return await new Promise<Buffer>((resolve, reject) => {
        const send = () => {
          const missing = assembly?.missing();
          const data = {
            ...question,
            reply_to: this.#replyTo,
            budget_ms: Math.floor(deadline.remaining()),
            ...(assembly !== null && missing !== undefined && { missing, digest: assembly.digest }),
          };
          this.#publish(agent, { type: EVENT_TYPES.request, exchange: id, data }).catch(() => undefined);
        };
        const wait = () => {
          clearTimeout(timer);
          const patience = heard ? this.#silenceMs : this.#acceptMs;
          timer = setTimeout(silent, Math.min(patience, deadline.remaining()));
        };
        const silent = () => {
          if (deadline.remaining() <= 0) {
            reject(heard ? new UpstreamTimeoutError(agent) : new AgentUnreachableError(agent));
            return;
          }
          silences += 1;
          if (silences > MAX_SILENCES) {
            reject(new AgentUnreachableError(agent));
            return;
          }
          send();
          wait();
        };
        const invalid = () => reject(new UpstreamFailedError(agent, 'invalid-answer'));
        const hear = (event: FromAgent) => {
          heard = true;
          silences = 0;
          if (event.type === EVENT_TYPES.busy) {
            reject(new UpstreamThrottledError(agent));
            return;
          }
          if (event.type === EVENT_TYPES.part) {
            if (assembly?.digest !== event.digest) {
              answers += 1;
              if (answers > MAX_ANSWERS) {
                invalid();
                return;
              }
              assembly = new Assembly(event);
            }
            assembly.add(event);
            if (assembly.isWhole) {
              const whole = assembly.whole();
              if (whole === null) invalid();
              else resolve(whole);
              return;
            }
          }
          wait();
        };
        this.#exchanges.set(id, { agent, hear });
        send();
        wait();
      });
    } finally {
      clearTimeout(timer);
      this.#exchanges.delete(id);
      // Whatever became of it: the agent need not keep the answer, nor work on.
      if (heard) this.#publish(agent, { type: EVENT_TYPES.done, exchange: id }).catch(() => undefined);
    }
  }

  async #publish(agent: string, event: EventBody): Promise<void> {
    await this.#channel.publish(requestTopic(agent), encodeEvent(event, `/relay/${this.#replyTo}`, randomUUID()));
  }
}
