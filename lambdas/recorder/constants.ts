/** The constants of an environment, as `GET /micro_flow_constants` answers: states and fingerprints, never a value. */
import { createSecretKey } from 'node:crypto';
import { hmacSha256 } from '../hash.ts';
import type { VersionedKey } from '../keys/object.ts';
import type { SeenConstant } from '../record/changes.ts';
import { type Figure, figureOf } from '../record/figure.ts';
import { microFlowConstants } from '../routes/micro_flow_constants/micro-flow-constants.ts';
import type { Row } from '../routes/micro_flow_constants/row.ts';
import type { Upstreams } from '../routes/micro_flow_constants/upstreams.ts';
import { asking, type Recording, requestOf, type Turn } from './recording.ts';

const PAGE = 1_000;

/** States in which a constant is counted. */
const STATES = ['default', 'overridden', 'missing', 'obsolete'] as const;

/** A recording of constants, with what tells whether one has changed. */
export interface ConstantsRecording extends Recording {
  /** By full name. */
  seen: ReadonlyMap<string, SeenConstant>;
  /** Names whose value is not known: a source could not be read, or is not one that is read. */
  unknown: ReadonlySet<string>;
  /** False while a file could not be read: what it sets would look like a change, or like constants that are gone. */
  whole: boolean;
}

/** Counts by state, findings by their kind, and the fingerprint of each constant. */
export async function recordConstants(turn: Turn, upstreams: Upstreams): Promise<ConstantsRecording> {
  const ask = asking(turn, 'micro_flow_constants', (request: Parameters<typeof microFlowConstants>[0]) =>
    microFlowConstants(request, upstreams),
  );
  const rows: Row[] = [];
  let answer = await ask(requestOf(turn, {}, PAGE));
  rows.push(...(answer.body.constants ?? []));
  while (answer.next !== null) {
    answer = await ask(requestOf(turn, {}, PAGE, answer.next));
    rows.push(...(answer.body.constants ?? []));
  }
  const { summary, model, findings, sources } = answer.body;
  const keyId = idOf((await upstreams.keys()).fingerprint);
  const kinds = Map.groupBy(findings, ({ finding }) => finding);
  return {
    as_of: answer.as_of,
    complete: answer.body.complete,
    summary: {
      ...summary,
      model_version: model?.version ?? null,
      runtime_version: model?.runtime_version ?? null,
      deployed: model?.deployed ?? null,
      findings: Object.fromEntries([...kinds].map(([kind, all]) => [kind, all.length])),
      failed_sources: sources.filter(({ error }) => error !== null).map(({ source }) => source),
    },
    addends: [{ once: turn.environment.name, within: null, figures: countsOf(summary) }],
    figures: [
      ...STATES.map((state) => figureOf('constants', { state }, summary[state])),
      ...[...kinds].map(([finding, all]) => figureOf('constant_findings', { finding }, all.length)),
    ],
    source: answer.body.source,
    faults: answer.faults ?? [],
    seen: new Map(
      rows.map(({ name, fingerprint, secret_reason }) => [
        name,
        { fingerprint, made_with: `${keyId} ${secret_reason === null ? 'shown' : 'masked'}` },
      ]),
    ),
    unknown: new Set(rows.filter(({ value_known }) => !value_known).map(({ name }) => name)),
    whole: sources.every(({ error, kind }) => error === null || kind === 'database'),
  };
}

/** Tells one key from another, and nothing of either. Not its version: keys that are made anew after a leak begin at `v1`. */
function idOf({ key }: VersionedKey): string {
  return hmacSha256(createSecretKey(key, 'base64'), 'key id').toString('hex').slice(0, 16);
}

/** Every fingerprint, for the day's point of the history. */
export function fingerprintFigures({ seen }: ConstantsRecording): Figure[] {
  return [...seen].map(([constant, { fingerprint: state }]) => ({
    ...figureOf('constant_fingerprint', { constant }, null),
    state,
  }));
}

function countsOf(summary: Readonly<Record<string, number | null>>): Record<string, number | null> {
  const names = ['declared', ...STATES, 'secret'];
  return Object.fromEntries(names.map((name) => [name, summary[name] ?? null]));
}
