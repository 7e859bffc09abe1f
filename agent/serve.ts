/** Serves one request: by the same domain and the same upstreams as a function of the Regional API, with this account's role. */

import { type Context, Deadline, Timing } from '../lambdas/context.ts';
import { problemOf } from '../lambdas/faults.ts';
import { logAudit } from '../lambdas/http/audit.ts';
import { withinDeadline } from '../lambdas/http/deadline.ts';
import { logRequest, newRequestLine } from '../lambdas/http/log.ts';
import type { Subject } from '../lambdas/http/subject.ts';
import type { VerifiedToken } from '../lambdas/internal_tokens/verifier.ts';
import { NO_KEY } from '../lambdas/keyed-hash.ts';
import type { KeyObject } from '../lambdas/keys/object.ts';
import type { RequestEvent } from '../lambdas/relay/events.ts';
import { parseQuestion, type Question } from '../lambdas/relay/question.ts';
import { type AnyAnswer, pack, type Reply } from '../lambdas/relay/reply.ts';
import { UpstreamFailedError } from '../lambdas/upstream-errors.ts';
import { checkErrand } from './errand.ts';
import { logRefusal } from './log.ts';
import { type AdmittedRequest, admit, serving } from './request.ts';
import type { Served } from './services.ts';
import type { AgentSettings } from './settings.ts';

/** What the answer's way back takes of the time that the caller waits. */
const WAY_BACK_MS = 300;

export interface ServerOptions {
  settings: AgentSettings;
  services: ReadonlyMap<string, Served>;
  /** @throws anything for a token that is not good here, and for one that was used before */
  verify(token: string): Promise<VerifiedToken>;
}

/** Answers requests; whatever happens there is an answer, or a problem. */
export class Server {
  readonly #options: ServerOptions;

  constructor(options: ServerOptions) {
    this.#options = options;
  }

  /** @param data of the request event. The packed answer, or the packed problem. */
  async serve(data: RequestEvent['data']): Promise<Buffer> {
    const timing = new Timing();
    const context: Context = { timing, deadline: new Deadline(Date.now() + Math.max(0, data.budget_ms - WAY_BACK_MS)) };
    const { settings, verify } = this.#options;
    let proof: VerifiedToken;
    let question: Question;
    try {
      proof = await verify(data.token);
      question = parseQuestion(data.question);
      const served = this.#options.services.get(question.route);
      if (served !== undefined) checkErrand(proof, served.route, settings.regional);
    } catch (error) {
      // Who sends a bad token learns no more than that.
      logRefusal(settings.name, error);
      return pack({ problem: problemOf(new UpstreamFailedError(settings.name, 'agent-refuses')), timing: {} });
    }
    const reply = await this.#reply(question, proof, context);
    return pack({ ...reply, timing: Object.fromEntries(timing.shares()) });
  }

  async #reply(question: Question, proof: VerifiedToken, whole: Context): Promise<Omit<Reply, 'timing'>> {
    const { settings } = this.#options;
    const started = performance.now();
    const line = newRequestLine(
      {
        id: question.request_id,
        method: 'GET',
        header: (name) => (name === 'traceparent' ? question.traceparent : undefined),
      },
      settings.name,
      question.route,
      whole.timing,
    );
    line.principal = proof.subject;
    const context = { ...whole, origin: line.origin };
    line.environment = question.environment;
    let request: AdmittedRequest | null = null;
    let reply: Omit<Reply, 'timing'>;
    try {
      const served = this.#options.services.get(question.route);
      if (served === undefined) throw new UpstreamFailedError(settings.name, 'agent-refuses');
      request = admit(question, served, proof, settings);
      const answer = await this.#answer(served, request, question, context);
      line.complete = answer.body.complete;
      line.faults = answer.faults ?? [];
      line.disclosed = answer.disclosed ?? [];
      const rows = served.route.rows === null ? undefined : answer.body[served.route.rows];
      line.rows = Array.isArray(rows) ? rows.length : null;
      reply = { answer };
    } catch (error) {
      line.error = error;
      line.problem = problemOf(error);
      line.status = line.problem.status;
      reply = { problem: line.problem };
    }
    line.duration_ms = performance.now() - started;
    if (request?.audited === true) logAudit(line, { ...request, reason: question.reason } as unknown as Subject);
    logRequest(line);
    return reply;
  }

  async #answer(
    { route, domain, upstreams }: Served,
    request: AdmittedRequest,
    question: Question,
    context: Context,
  ): Promise<AnyAnswer> {
    const { settings } = this.#options;
    const slice = settings.routes[route.name];
    if (slice === undefined) throw new Error('admitted without settings');
    // The Regional API keys what is hashed here: its keys would open what it knows of others.
    const keys = async () => ({ fingerprint: NO_KEY, identity: NO_KEY }) as unknown as KeyObject;
    const asked = serving(context, request, question, settings.version) as never;
    return withinDeadline(domain(asked, upstreams(context, slice, keys) as never), context.deadline);
  }
}
