/**
 * GET /micro_flow_constants with `days`: how many constants were in which state, since when each has its value, and with
 * `changes=true` what changed.
 */

import type { Answer, EnvironmentRequest } from '../../exchange.ts';
import { type ConstantChanges, MAX_CHANGES } from '../../record/changes.ts';
import type { OpenRecord } from '../../record/opened.ts';
import { type Past, type PastRecord, readPast, readRecord, valueOn } from '../../record/past.ts';
import { InvalidParameterError } from '../../request-errors.ts';
import type { AnswerOf } from '../../route.ts';
import type { Parameters } from './filter.ts';
import { microFlowConstants } from './micro-flow-constants.ts';
import type { Position } from './page.ts';
import { route } from './route.ts';
import type { Row } from './row.ts';
import type { Upstreams } from './upstreams.ts';

type ConstantsRequest = EnvironmentRequest<Parameters, Position>;
type Body = AnswerOf<typeof route>;
type ConstantsAnswer = Answer<Body, Position>;

/** What a list of changes can be narrowed by; everything else is about constants as they are now. */
const OF_CHANGES = new Set(['days', 'changes', 'module', 'name']);

const DAY_MS = 86_400_000;

/**
 * Answers a request, with the past where it asks for one.
 *
 * @param present answers without a past; default: this function's own upstreams do
 * @throws as {@link microFlowConstants}; InvalidParameterError for what has no past
 */
export async function constantsOverTime(
  request: ConstantsRequest,
  upstreams: Upstreams & { record: OpenRecord },
  now = new Date(),
  present = (asked: ConstantsRequest) => microFlowConstants(asked, upstreams),
): Promise<ConstantsAnswer> {
  const { parameters, environment } = request;
  check(parameters);
  const { days } = parameters;
  if (days === undefined) return withChanges(request, upstreams.record, present);
  const [past, recorded] = await Promise.all([
    readPast(
      upstreams.record,
      {
        route: 'micro_flow_constants',
        environment,
        days,
        isAsked: ({ figure }) => figure === 'constants',
      },
      now,
    ),
    readRecord(upstreams.record, (record) => record.changes(environment.name, environment.reader)),
  ]);
  const state = recorded.value;
  const answer = await present(
    parameters.changes === true ? { ...request, parameters: presentOf(parameters, state) } : request,
  );
  const first = new Date(now.getTime() - (days - 1) * DAY_MS).toISOString().slice(0, 10);
  const record = {
    ...past.record,
    reason: past.record.reason ?? recorded.reason ?? reasonOf(state, first, parameters.changes === true),
  };
  return {
    ...answer,
    body: {
      ...answer.body,
      ...(answer.body.constants && {
        constants: answer.body.constants.map((row) => ({ ...row, ...since(row, state) })),
      }),
      ...(parameters.changes === true && { changes: changesSince(first, parameters, state) }),
      history: historyOf(past),
      record,
      complete: answer.body.complete && record.reason === null,
    },
    // The files may stay as they are while another day is recorded.
    revision: [answer.revision, record.last, record.reason, state?.taken_at, now.toISOString().slice(0, 10)].join(' '),
    faults: [...(answer.faults ?? []), ...past.faults, ...recorded.faults],
  };
}

/**
 * Rows say since when they are as they are wherever that is recorded, asked for or not; a stage that records nothing, totals
 * and comparisons read no record.
 */
async function withChanges(
  request: ConstantsRequest,
  open: OpenRecord,
  present: (asked: ConstantsRequest) => Promise<ConstantsAnswer>,
): Promise<ConstantsAnswer> {
  const { parameters, environment } = request;
  if (parameters.summary === true || parameters.compare !== undefined) return present(request);
  // One after the other: where the present fails at once, no request to the record would be left under way.
  const answer = await present(request);
  const {
    value: state,
    reason,
    faults,
  } = await readRecord(open, (record) => record.changes(environment.name, environment.reader));
  if (reason === 'recording-off') return answer;
  return {
    ...answer,
    body: {
      ...answer.body,
      ...(answer.body.constants && {
        constants: answer.body.constants.map((row) => ({ ...row, ...since(row, state) })),
      }),
      ...(reason !== null && { record: { days: 0, recorded_days: 0, first: null, last: null, reason } }),
      complete: answer.body.complete && reason === null,
    },
    revision: [answer.revision, reason, state?.taken_at].join(' '),
    faults: [...(answer.faults ?? []), ...faults],
  };
}

/** @throws InvalidParameterError */
function check(parameters: Parameters): void {
  const { days, changes, compare } = parameters;
  const refuse = (parameter: string, message: string): never => {
    throw new InvalidParameterError([{ parameter, message }]);
  };
  if (days !== undefined && compare !== undefined) refuse('days', 'cannot be used with compare');
  if (changes !== true) return;
  if (days === undefined) refuse('changes', 'needs days');
  const names = Object.keys(route.parameters) as (keyof Parameters)[];
  for (const name of names) {
    if (parameters[name] !== undefined && !OF_CHANGES.has(name)) refuse(name, 'cannot be used with changes');
  }
}

/**
 * The totals of now beside a list of changes. A constant that was removed is known to the record alone; a name that
 * nothing has or had is left for the route to refuse.
 */
function presentOf({ module, name }: Parameters, state: ConstantChanges | null): Parameters {
  const had = [...Object.keys(state?.constants ?? {}), ...(state?.changes ?? []).map((one) => one.name)];
  return {
    summary: true,
    ...(name !== undefined && !had.includes(name) && { name }),
    ...(module !== undefined && !had.some((one) => one.startsWith(`${module}.`)) && { module }),
  };
}

/** Why it is not known what changed since the first of the days that are asked for. */
function reasonOf(state: ConstantChanges | null, first: string, isList: boolean): PastRecord['reason'] {
  if (state === null) return 'not-recorded';
  const oldest = state.changes.at(0);
  const isCut = isList && state.changes.length >= MAX_CHANGES && (oldest?.changed_at ?? '') > first;
  if (isCut) return 'changes-cut';
  return (state.not_comparable_at ?? '') >= first ? 'not-comparable' : null;
}

/**
 * Since when a constant has its value, when it is the value that was recorded: one that was set after the newest recording
 * has no time yet, and of one whose fingerprint was made anew since, with another key, the time is not known.
 */
function since({ name, value_known, fingerprint }: Row, state: ConstantChanges | null) {
  const known = state !== null && Object.hasOwn(state.constants, name) ? state.constants[name] : undefined;
  const isRecorded =
    known !== undefined && known.not_comparable !== true && value_known && known.fingerprint === fingerprint;
  return { changed_at: isRecorded ? known.changed_at : null, changed_after: isRecorded ? known.changed_after : null };
}

/** Newest first; `null`: the record says nothing. */
function changesSince(first: string, { module, name }: Parameters, state: ConstantChanges | null): Body['changes'] {
  if (state === null) return null;
  return state.changes
    .filter((change) => change.changed_at >= first)
    .filter((change) => name === undefined || change.name === name)
    .filter((change) => module === undefined || change.name.startsWith(`${module}.`))
    .toReversed();
}

function historyOf({ days }: Past): Body['history'] {
  if (days === null) return null;
  return [...days].map(([date, rows]) => ({
    date,
    default: valueOn(rows, 'constants', 'default'),
    overridden: valueOn(rows, 'constants', 'overridden'),
    missing: valueOn(rows, 'constants', 'missing'),
    obsolete: valueOn(rows, 'constants', 'obsolete'),
  }));
}
