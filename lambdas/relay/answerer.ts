/**
 * The agent's side of an exchange: each request is served once, however often it comes, and its answer is kept in memory
 * until the Regional API has it whole. Nothing of it is ever written down.
 */
import { randomUUID } from 'node:crypto';
import type { Channel } from './channel.ts';
import { EVENT_TYPES, type EventBody, encodeEvent, parseToAgent, type RequestEvent } from './events.ts';
import { cut, type Parts } from './parts.ts';
import { answerTopic, isTopicName } from './topics.ts';

/** While it works the agent says so this often: silence then means that it is gone. */
const SAY_EVERY_MS = 1000;
/** An answer that nobody fetched is forgotten. */
const KEEP_MS = 30_000;
/** Exchanges at once; more are told to come again. */
const MAX_OPEN = 32;
/** Bytes of all answers that are kept at once. Past it nothing new is taken on. */
const MAX_KEPT_BYTES = 64 * 1024 * 1024;
/** Exchanges that have ended and are never begun again, should a request be repeated by somebody else. */
const MAX_ENDED = 10_000;
/** Parts on their way to the broker at once: more would only wait in memory. IoT Core takes 100 (its quotas). */
const MAX_IN_FLIGHT = 8;

/** Serves a request; the packed answer. @param signal aborts when nobody waits any more */
export type Serve = (request: RequestEvent['data'], signal: AbortSignal) => Promise<Buffer>;

export interface AnswererOptions {
  /** The agent's name. */
  agent: string;
  /** Milliseconds; tests shorten them. */
  sayEveryMs?: number;
  keepMs?: number;
  maxOpen?: number;
  maxKeptBytes?: number;
}

interface Open {
  replyTo: string;
  abort: AbortController;
  /** `null` while it is worked on. */
  parts: Parts | null;
  timer: NodeJS.Timeout | undefined;
}

/** Answers requests over one connection. */
export class Answerer {
  readonly #channel: Channel;
  readonly #serve: Serve;
  readonly #options: Required<AnswererOptions>;
  readonly #open = new Map<string, Open>();
  /** By the time they ended, the oldest first. */
  readonly #ended = new Set<string>();
  #keptBytes = 0;

  constructor(channel: Channel, serve: Serve, options: AnswererOptions) {
    this.#channel = channel;
    this.#serve = serve;
    this.#options = {
      sayEveryMs: SAY_EVERY_MS,
      keepMs: KEEP_MS,
      maxOpen: MAX_OPEN,
      maxKeptBytes: MAX_KEPT_BYTES,
      ...options,
    };
  }

  /** Exchanges that are worked on, or whose answer is kept. */
  get size(): number {
    return this.#open.size;
  }

  /** A message on the agent's topic. What is no request, and no end of one, is dropped. */
  receive(payload: Uint8Array): void {
    const event = parseToAgent(payload);
    if (event === null) return;
    if (event.type === EVENT_TYPES.done) {
      this.#forget(event.exchange);
      return;
    }
    const { reply_to, digest, missing } = event.data;
    if (!isTopicName(reply_to) || this.#ended.has(event.exchange)) return;
    const open = this.#open.get(event.exchange);
    if (open === undefined) this.#begin(event);
    // Whoever asks again under another's number gets nothing: the answer goes where it was asked from first.
    else if (open.replyTo !== reply_to) return;
    else if (open.parts === null) this.#say(EVENT_TYPES.accepted, event.exchange, reply_to);
    else void this.#send(event.exchange, open, digest === open.parts.digest ? missing : undefined);
  }

  /** Ends all work; what was kept is gone. */
  stop(): void {
    for (const exchange of this.#open.keys()) this.#forget(exchange);
  }

  #begin({ exchange, data }: RequestEvent): void {
    const { maxOpen, maxKeptBytes, sayEveryMs } = this.#options;
    if (this.#open.size >= maxOpen || this.#keptBytes >= maxKeptBytes) {
      this.#say(EVENT_TYPES.busy, exchange, data.reply_to);
      return;
    }
    const open: Open = { replyTo: data.reply_to, abort: new AbortController(), parts: null, timer: undefined };
    this.#open.set(exchange, open);
    this.#say(EVENT_TYPES.accepted, exchange, data.reply_to);
    const ends = performance.now() + data.budget_ms + sayEveryMs;
    open.timer = setInterval(() => {
      if (performance.now() > ends) this.#forget(exchange);
      else this.#say(EVENT_TYPES.accepted, exchange, data.reply_to);
    }, sayEveryMs);
    void this.#work(exchange, open, data);
  }

  async #work(exchange: string, open: Open, data: RequestEvent['data']): Promise<void> {
    let parts: Parts;
    try {
      parts = cut(await this.#serve(data, open.abort.signal));
    } catch {
      // `serve` makes a problem of every error; what still comes is silence, which the Regional API takes for a lost agent.
      this.#forget(exchange);
      return;
    }
    if (open.abort.signal.aborted) return;
    clearInterval(open.timer);
    open.parts = parts;
    this.#keptBytes += sizeOf(parts);
    open.timer = setTimeout(() => this.#forget(exchange), this.#options.keepMs);
    await this.#send(exchange, open, undefined);
  }

  /** @param missing numbers of the parts to send; left out: all */
  async #send(exchange: string, open: Open, missing: readonly number[] | undefined): Promise<void> {
    const { parts } = open;
    if (parts === null) return;
    const numbers = (missing ?? parts.pieces.map((_, index) => index)).filter((number) => number < parts.pieces.length);
    const queue = numbers.values();
    const sendOn = async () => {
      for (const part of queue) {
        if (open.abort.signal.aborted) return;
        const data_base64 = (parts.pieces[part] as Buffer).toString('base64');
        const event = {
          type: EVENT_TYPES.part,
          exchange,
          part,
          parts: parts.pieces.length,
          digest: parts.digest,
          data_base64,
        };
        // What is lost here is asked for again.
        await this.#publish(open.replyTo, event).catch(() => undefined);
      }
    };
    await Promise.all(Array.from({ length: MAX_IN_FLIGHT }, sendOn));
  }

  #forget(exchange: string): void {
    const open = this.#open.get(exchange);
    if (open === undefined) return;
    this.#open.delete(exchange);
    this.#ended.add(exchange);
    for (const oldest of this.#ended) {
      if (this.#ended.size <= MAX_ENDED) break;
      this.#ended.delete(oldest);
    }
    clearTimeout(open.timer);
    if (open.parts !== null) this.#keptBytes -= sizeOf(open.parts);
    open.abort.abort();
  }

  #say(type: typeof EVENT_TYPES.accepted | typeof EVENT_TYPES.busy, exchange: string, replyTo: string): void {
    this.#publish(replyTo, { type, exchange }).catch(() => undefined);
  }

  async #publish(replyTo: string, event: EventBody): Promise<void> {
    const { agent } = this.#options;
    await this.#channel.publish(answerTopic(agent, replyTo), encodeEvent(event, `/agent/${agent}`, randomUUID()));
  }
}

function sizeOf({ pieces }: Parts): number {
  return pieces.reduce((sum, piece) => sum + piece.length, 0);
}
