/** What a route's domain gave about one environment, in the shape that the record keeps. */
import type { Context } from '../context.ts';
import type { AnyRequest, EnvironmentRequest, NamedEnvironment } from '../exchange.ts';
import type { Fault } from '../faults.ts';
import type { Figure } from '../record/figure.ts';
import type { Addend } from '../record/latest.ts';

/** One environment by one route. */
export interface Recording {
  as_of: string | null;
  complete: boolean;
  /** What the fleet shows. */
  summary: Record<string, unknown>;
  addends: Addend[];
  /** For monitoring, and for the history. */
  figures: Figure[];
  /** As the answer says. */
  source: string;
  faults: readonly Fault[];
}

/** What a route's summary is made with. */
export interface Turn {
  environment: NamedEnvironment;
  context: Context;
  /** The API's release. */
  version: string;
}

/**
 * A request as the route's domain takes it: the recorder may see what a caller without any right to clear text may see.
 *
 * @param limit rows of a page
 */
export function requestOf<Parameters, Position>(
  { environment, context, version }: Turn,
  parameters: Parameters,
  limit: number,
  position: Position | null = null,
): EnvironmentRequest<Parameters, Position> {
  const any: AnyRequest<Parameters, Position> = { parameters, limit, position, deadline: context.deadline, version };
  return { ...any, environment, other: null, clear: false, mayClear: false };
}
