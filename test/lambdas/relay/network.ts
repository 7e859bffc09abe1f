/** A broker that loses, doubles, delays and reorders messages, between one relay and one agent. Only the network is faked. */
import { randomBytes } from 'node:crypto';
import { vi } from 'vitest';
import { Deadline } from '../../../lambdas/context.ts';
import { Answerer, type AnswererOptions, type Serve } from '../../../lambdas/relay/answerer.ts';
import { Asker } from '../../../lambdas/relay/asker.ts';
import { MAX_PART_BYTES } from '../../../lambdas/relay/events.ts';

/** What becomes of one message: how often it arrives, and how many milliseconds each copy takes. */
export type Fate = readonly number[];

/** By the number of the message, over both directions. */
export type Fates = (message: number) => Fate;

export const RELAY = 'relay-1';
export const AGENT = 'depot';

export const QUESTION = { token: 'a.b.c', question: { route: 'users' } };
/** Of one part, and of four. */
export const SMALL = Buffer.from('answer');
export const LARGE = randomBytes(MAX_PART_BYTES * 3 + 17);
/** Each message arrives once, after five milliseconds. */
export const prompt: Fates = () => [5];

/** Times in milliseconds of the fake clock; as in the field. */
export class Network {
  readonly asker: Asker;
  /** Topics of all messages, in the order in which they were sent. */
  readonly sent: string[] = [];
  readonly #fates: Fates;
  readonly #serve: Serve;
  readonly #options: Partial<AnswererOptions>;
  #answerer: Answerer | null = null;
  #count = 0;

  constructor(fates: Fates, serve: Serve, options: Partial<AnswererOptions> = {}) {
    this.#fates = fates;
    this.#serve = serve;
    this.#options = options;
    this.asker = new Asker({ publish: (topic, payload) => this.#carry(topic, payload) }, { replyTo: RELAY });
    this.startAgent();
  }

  get answerer(): Answerer | null {
    return this.#answerer;
  }

  /** A process that knows nothing of the one before. */
  startAgent(): void {
    const channel = { publish: (topic: string, payload: Buffer) => this.#carry(topic, payload) };
    this.#answerer = new Answerer(channel, this.#serve, { agent: AGENT, ...this.#options });
  }

  /** The process is gone; what comes for it meanwhile is lost, as the broker keeps nothing. */
  killAgent(): void {
    this.#answerer?.stop();
    this.#answerer = null;
  }

  async #carry(topic: string, payload: Buffer): Promise<void> {
    this.sent.push(topic);
    const number = this.#count;
    this.#count += 1;
    const from = this.#answerer;
    for (const delay of this.#fates(number)) {
      setTimeout(() => {
        if (topic.endsWith('/sourceevents')) this.#answerer?.receive(payload);
        // What a killed process had still to send never left.
        else if (from !== null) this.asker.receive(topic, payload);
      }, delay);
    }
  }
}

/** Asks, and lets the clock run until there is an answer or an error. */
export async function outcome(network: Network, budgetMs = 25_000): Promise<Buffer | Error> {
  let settled: Buffer | Error | null = null;
  network.asker.ask(AGENT, QUESTION, new Deadline(Date.now() + budgetMs)).then(
    (answer) => {
      settled = answer;
    },
    (error: Error) => {
      settled = error;
    },
  );
  for (let waited = 0; settled === null && waited < budgetMs + 1000; waited += 50) {
    await vi.advanceTimersByTimeAsync(50);
  }
  if (settled === null) throw new Error('the exchange never ended');
  return settled;
}
