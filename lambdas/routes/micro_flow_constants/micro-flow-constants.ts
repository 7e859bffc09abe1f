/** GET /micro_flow_constants: what is declared, what is set, and so what is configured. */

import type { Answer, EnvironmentRequest } from '../../exchange.ts';
import type { Constant } from '../../mendix/constants/constant.ts';
import { InvalidParameterError } from '../../request-errors.ts';
import type { AnswerOf } from '../../route.ts';
import { compare } from './comparison.ts';
import { isAskedFor, type Parameters } from './filter.ts';
import { findingsOf, isDeployed } from './findings.ts';
import { type Fingerprint, fingerprinter } from './fingerprint.ts';
import { checkNames } from './known-names.ts';
import { type Position, pageOf } from './page.ts';
import { type Reading, readEnvironment } from './reading.ts';
import type { route } from './route.ts';
import { rowOf } from './row.ts';
import { totals } from './totals.ts';
import type { Upstreams } from './upstreams.ts';

type ConstantsRequest = EnvironmentRequest<Parameters, Position>;
type ConstantsAnswer = Answer<AnswerOf<typeof route>, Position>;

/** Configuration changes with a deployment or a restart. */
const MAX_AGE_SECONDS = 60;

/**
 * The constants of an environment: rows, totals, or what differs from another environment.
 *
 * Sources that fail are faults beside the answer; it is an error only when not one can be read.
 *
 * @throws InvalidParameterError, UnknownNameError, KeysUnavailableError; UpstreamFailedError and others when no source at all can be read
 */
export async function microFlowConstants(request: ConstantsRequest, upstreams: Upstreams): Promise<ConstantsAnswer> {
  const { parameters, other } = request;
  check(request);
  const [keys, otherKeys, here, there] = await Promise.all([
    upstreams.keys(),
    other === null ? null : upstreams.keys(other),
    readEnvironment(request.environment, upstreams),
    other === null ? null : readEnvironment(other, upstreams),
  ]);
  checkNames(parameters, there === null ? [here] : [here, there]);
  const fingerprint = fingerprinter(keys.fingerprint);
  if (there !== null && otherKeys !== null) {
    return comparison(request, here, there, { here: fingerprint, there: fingerprinter(otherKeys.fingerprint) });
  }
  return parameters.summary === true ? summary(here) : rows(request, here, fingerprint);
}

/** What cannot be asked for together is refused: nothing is silently ignored. */
function check(request: ConstantsRequest): void {
  const { reveal, name, module, summary, compare, explain } = request.parameters;
  if (reveal === true && name === undefined && module === undefined) refuse('reveal', 'needs name or module');
  if (reveal === true && summary === true) refuse('reveal', 'cannot be used with summary');
  if (reveal === true && compare !== undefined) refuse('reveal', 'cannot be used with compare');
  if (explain === true && summary === true) refuse('explain', 'cannot be used with summary');
  if (explain === true && compare !== undefined) refuse('explain', 'cannot be used with compare');
}

function refuse(parameter: string, message: string): never {
  throw new InvalidParameterError([{ parameter, message }]);
}

/** A page of rows. What is disclosed is listed for the audit line: names of constants that were shown in clear. */
function rows(request: ConstantsRequest, reading: Reading, fingerprint: Fingerprint): ConstantsAnswer {
  const { parameters, clear: reveal } = request;
  const asked = reading.constants.filter((constant) => isAskedFor(constant, parameters));
  const page = pageOf(asked, request);
  const revealed = reveal
    ? page.items.filter((constant) => constant.secret !== null || constant.description_masked).map(({ name }) => name)
    : [];
  return {
    ...answer(reading),
    body: {
      ...head(reading),
      constants: page.items.map((constant) =>
        rowOf(constant, { fingerprint, reveal, explain: parameters.explain === true }),
      ),
      summary: totals(reading),
      findings: findingsOf(reading),
      complete: reading.complete,
    },
    next: page.next,
    positions: page.items.map(({ name }) => ({ after: name })),
    disclosed: revealed,
  };
}

/** Totals and findings. */
function summary(reading: Reading): ConstantsAnswer {
  return {
    ...answer(reading),
    body: {
      ...head(reading),
      summary: totals(reading),
      findings: findingsOf(reading),
      complete: reading.complete,
    },
  };
}

/** A page is of constants and not of differences, so that all of one constant come together. */
function comparison(
  request: ConstantsRequest,
  here: Reading,
  there: Reading,
  fingerprints: Record<'here' | 'there', Fingerprint>,
): ConstantsAnswer {
  const asked = namesAskedFor(request.parameters, here, there);
  const only = (constants: readonly Constant[]) => constants.filter(({ name }) => asked.has(name));
  const result = compare(
    { ...here, constants: only(here.constants) },
    { ...there, constants: only(there.constants) },
    fingerprints,
  );
  const names = [...new Set(result.differences.map(({ name }) => name))].map((name) => ({ name }));
  const page = pageOf(names, request);
  const shown = new Set(page.items.map(({ name }) => name));
  return {
    ...answer(here),
    as_of: latest(here.as_of, there.as_of),
    revision: `${here.revision} ${there.revision}`,
    faults: [...here.faults, ...there.faults],
    body: {
      ...head(here),
      sources: [...head(here).sources, ...head(there).sources],
      compared_with: there.environment,
      ...(request.parameters.summary === true
        ? {}
        : { differences: result.differences.filter(({ name }) => shown.has(name)) }),
      summary: result.summary,
      findings: [...findingsOf(here).filter(({ name }) => name === null || asked.has(name)), ...result.findings],
      complete: here.complete && there.complete,
    },
    next: request.parameters.summary === true ? null : page.next,
  };
}

/** A constant is compared when either side is asked for. */
function namesAskedFor(parameters: Parameters, ...readings: Reading[]): Set<string> {
  return new Set(
    readings.flatMap(({ constants }) =>
      constants.filter((constant) => isAskedFor(constant, parameters)).map(({ name }) => name),
    ),
  );
}

/** What each of the three answers begins with. */
function head(reading: Reading) {
  const { model, deployed } = reading;
  return {
    environment: reading.environment,
    source: reading.source,
    as_of: reading.as_of,
    model:
      model === null
        ? null
        : {
            project: model.content.project,
            version: model.content.version,
            runtime_version: model.content.runtime_version,
            archive_modified: model.modified,
            deployed_version: deployed?.model_version ?? null,
            deployed_runtime_version: deployed?.mendix_version ?? null,
            deployed: isDeployed(reading),
          },
    sources: reading.sources.map((source) => ({ ...source, notes: [...source.notes] })),
  };
}

/** What `http` needs of each of the three answers. */
function answer(reading: Reading) {
  return {
    next: null,
    as_of: reading.as_of,
    max_age: MAX_AGE_SECONDS,
    revision: reading.revision,
    faults: reading.faults,
  };
}

/** The later of two times; ISO 8601 in UTC sorts as text. */
function latest(time: string | null, other: string | null): string | null {
  return [time, other].filter((known) => known !== null).sort((a, b) => (a < b ? 1 : -1))[0] ?? null;
}
