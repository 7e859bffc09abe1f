/** The step of a request's way that asks: the fleet, an agent, or the route's own domain. */
import type { Context } from '../context.ts';
import type { EnvironmentRequest, RouteRequest } from '../exchange.ts';
import { keysOf } from '../keys/of-tenant.ts';
import { isMetrics } from './accept.ts';
import type { Admitted } from './admission.ts';
import { cursorKeyVersion, readCursor } from './cursor.ts';
import { errandOf } from './errand.ts';
import type { AnyAnswer, PipelineOptions } from './pipeline-options.ts';
import type { Subject } from './subject.ts';

/** Who asks, and about what. */
interface Asked {
  subject: Subject;
  admitted: Admitted;
  request_id: string;
}

/** Reads the cursor's position and asks. @throws InvalidCursorError; whatever the domain throws */
export async function askDomain(options: PipelineOptions, asked: Asked, context: Context): Promise<AnyAnswer> {
  const { subject, admitted, request_id } = asked;
  const { admission, domain, relay, settings } = options;
  const { query, binding, environment, other, fleet, clear, mayClear } = subject;
  const { cursor } = query;
  const request = {
    parameters: query.values,
    limit: subject.limit,
    position:
      cursor === null
        ? null
        : readCursor(
            cursor,
            binding,
            await keysOf(admission.keys(context, cursorKeyVersion(cursor)), admitted.rights.tenant),
            Date.now(),
          ),
    deadline: context.deadline,
    version: settings.version,
  };
  if (fleet !== null && options.fleet !== null) {
    return options.fleet({ ...request, environments: fleet, figures: isMetrics(subject.media_type) }, context);
  }
  const whole: RouteRequest<unknown> | EnvironmentRequest<unknown, unknown> =
    environment === null
      ? { ...request, environments: admitted.rights.environments }
      : { ...request, environment, other, clear, mayClear };
  const upstreams = options.upstreams(context, (of = environment ?? undefined) =>
    keysOf(admission.keys(context), of?.tenant),
  );
  if (environment?.agent !== undefined && relay !== null) {
    const errand = errandOf(subject, admitted, request_id);
    return relay(whole as EnvironmentRequest<unknown, unknown>, errand, upstreams, context);
  }
  return domain(whole as never, upstreams);
}
