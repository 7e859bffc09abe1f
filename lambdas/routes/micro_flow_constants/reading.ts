/** Reads all sources of one environment side by side. A source that fails has its fault beside it and spoils no other. */

import { NotOfferedError, UpstreamFailedError } from '../../errors.ts';
import type { NamedEnvironment } from '../../exchange.ts';
import type { VersionedKey } from '../../key-object.ts';
import type { Constant } from '../../mendix/constants/constant.ts';
import type { Model } from '../../mendix/constants/model.ts';
import type { Given } from '../../mendix/constants/overrides/ordered-settings.ts';
import type { Overrides } from '../../mendix/constants/overrides/overrides.ts';
import { MAX_OVERRIDES_BYTES, parseOverrides } from '../../mendix/constants/overrides/parse.ts';
import { type GivenModel, resolveConstants } from '../../mendix/constants/resolution.ts';
import { UnusableContentError } from '../../mendix/unusable-content.ts';
import type { Database, OverrideSource } from '../../settings.ts';
import { utc } from '../../utc.ts';
import type { Known, KnownContent } from './known-content.ts';
import { readModel } from './model-source.ts';
import type { Objects } from './objects.ts';
import { type SourceError, sourceError } from './source-error.ts';

/** What the database says of the model that runs on it. */
export interface DeployedModel {
  model_version: string | null;
  mendix_version: string | null;
}

export interface Sources {
  objects: Objects;
  /** The key of the fingerprints. @throws KeysUnavailableError */
  keys(): Promise<{ fingerprint: VersionedKey }>;
  /** @throws DatabaseUnavailableError and others; `null`: the database does not say */
  deployedModel(database: Database): Promise<DeployedModel | null>;
  models: KnownContent<Model>;
  overrides: KnownContent<Overrides>;
}

export interface SourceReport {
  source: string;
  kind: 'archive' | 'overrides' | 'database';
  as_of: string | null;
  error: SourceError | null;
  /** What of the source is not read, though the source is; sentences. */
  notes: readonly string[];
}

export interface Reading {
  environment: string;
  source: 'archive' | 'overrides' | 'archive+overrides';
  /** When the newest of the sources was written. */
  as_of: string | null;
  model: (Given<Model> & { modified: string }) | null;
  deployed: DeployedModel | null;
  constants: readonly Constant[];
  /** Constants may be missing from the list, because something that sets or declares some could not be read. */
  unlisted: boolean;
  sources: readonly SourceReport[];
  complete: boolean;
  /** Changes whenever the answer may: ETags, faults, the deployed model. */
  revision: string;
}

/** @throws NotOfferedError; the first source's error when not one of model and overrides can be read */
export async function readEnvironment(environment: NamedEnvironment, sources: Sources): Promise<Reading> {
  const configured = environment.constants;
  if (configured === undefined) throw new NotOfferedError();
  const { archive } = configured;
  const [model, deployed, ...overrides] = await Promise.all([
    archive === null ? null : attempt(() => readModel(archive, sources.objects, sources.models)),
    environment.database === undefined ? null : attempt(deployedOn(environment.database, sources)),
    ...configured.overrides.map((source) => attempt(() => readOverrides(source, sources))),
  ]);
  const read = [model, ...overrides].filter((each) => each !== null);
  const [first] = read;
  if (first?.ok === false && read.every((each) => !each.ok)) {
    throw asUpstreamError(archive?.name ?? configured.overrides[0]?.name ?? '', first.error);
  }

  const known = read.flatMap((each) => (each.ok ? [each.value] : []));
  const given = configured.overrides.map(({ name }, index): Given<Overrides> => {
    const outcome = overrides[index];
    return { source: name, content: outcome?.ok ? outcome.value.content : unreadSource(name) };
  });
  const givenModel =
    archive !== null && model?.ok
      ? {
          source: archive.name,
          content: model.value.content,
          modified: utc(model.value.last_modified),
        }
      : null;
  const reports: SourceReport[] = [
    ...(archive === null || model === null ? [] : [report(archive.name, 'archive', model, [])]),
    ...configured.overrides.flatMap(({ name }, index) => {
      const outcome = overrides[index];
      return outcome === undefined
        ? []
        : [report(name, 'overrides', outcome, outcome.ok ? outcome.value.content.notes : [])];
    }),
    ...(environment.database === undefined || deployed === null || deployed.ok
      ? []
      : [
          {
            source: environment.database.server,
            kind: 'database' as const,
            as_of: null,
            error: sourceError(deployed.error),
            notes: [],
          },
        ]),
  ];
  const modelUnread = archive !== null && givenModel === null;
  const resolved: GivenModel = modelUnread ? 'unread' : givenModel;
  const unlisted = modelUnread || given.some(({ content }) => hasUnreadPlace(content));
  return {
    environment: environment.name,
    source: sourceOf(archive !== null, configured.overrides.length > 0),
    as_of: known.length === 0 ? null : utc(new Date(Math.max(...known.map((each) => +each.last_modified)))),
    model: givenModel,
    deployed: deployed?.ok ? deployed.value : null,
    constants: resolveConstants(resolved, given, configured),
    unlisted,
    sources: reports,
    complete: !unlisted && reports.every(({ error }) => error === null),
    revision: JSON.stringify([
      read.map((each) => (each.ok ? each.value.etag : sourceError(each.error).reason)),
      deployed?.ok ? deployed.value : null,
    ]),
  };
}

type Outcome<T> = { ok: true; value: T } | { ok: false; error: unknown };

async function attempt<T>(work: () => Promise<T>): Promise<Outcome<T>> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    return { ok: false, error };
  }
}

function deployedOn(database: Database, sources: Sources): () => Promise<DeployedModel | null> {
  return () => sources.deployedModel(database);
}

async function readOverrides(source: OverrideSource, sources: Sources): Promise<Known<Overrides>> {
  const key = JSON.stringify([source.format, source.bucket, source.key]);
  const before = sources.overrides.get(key);
  const stored = await sources.objects.read(source, {
    max_bytes: MAX_OVERRIDES_BYTES,
    ...(before === undefined ? {} : { if_none_match: before.etag }),
  });
  if (stored === 'not-modified') {
    if (before === undefined) throw new Error('not asked for');
    return before;
  }
  const known = { ...stored, content: parseOverrides(source.format, stored.body) };
  sources.overrides.set(key, { etag: known.etag, last_modified: known.last_modified, content: known.content });
  return known;
}

/** A source that failed may have set any constant: what stands below it is not claimed. */
function unreadSource(name: string): Overrides {
  const note = `The source ${name} could not be read; it may set another value.`;
  return { ranks: [[{ kind: 'unread', via: 'not read', note }]], notes: [] };
}

function hasUnreadPlace({ ranks }: Overrides): boolean {
  return ranks.flat().some(({ kind }) => kind === 'unread');
}

/** With nothing to answer from, content that cannot be used is the upstream's fault as a whole. */
function asUpstreamError(source: string, error: unknown): unknown {
  if (!(error instanceof UnusableContentError)) return error;
  return new UpstreamFailedError(source, error.reason, { cause: error, advice: error.advice });
}

function report(
  source: string,
  kind: SourceReport['kind'],
  outcome: Outcome<Known<unknown>>,
  notes: readonly string[],
): SourceReport {
  return outcome.ok
    ? { source, kind, as_of: utc(outcome.value.last_modified), error: null, notes }
    : { source, kind, as_of: null, error: sourceError(outcome.error), notes };
}

function sourceOf(archive: boolean, overrides: boolean): Reading['source'] {
  if (archive && overrides) return 'archive+overrides';
  return archive ? 'archive' : 'overrides';
}
