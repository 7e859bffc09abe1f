/** Reads all sources of one environment side by side, and what is configured out of those that could be read. */

import type { Constants } from '../../environment-settings.ts';
import type { NamedEnvironment } from '../../exchange.ts';
import type { Fault } from '../../faults.ts';
import type { Constant } from '../../mendix/constants/constant.ts';
import type { Model } from '../../mendix/constants/model.ts';
import type { Given } from '../../mendix/constants/overrides/ordered-settings.ts';
import type { Overrides } from '../../mendix/constants/overrides/overrides.ts';
import { resolveConstants } from '../../mendix/constants/resolution.ts';
import { NotOfferedError } from '../../request-errors.ts';
import { utc } from '../../utc.ts';
import { readModel } from './model-file.ts';
import { readOverrides } from './overrides-file.ts';
import { fileReport, Source, type SourceReport } from './source-report.ts';
import type { StoredFile } from './stored-file.ts';
import type { DeployedModel, Upstreams } from './upstreams.ts';

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
  faults: readonly Fault[];
  complete: boolean;
  /** Changes whenever the answer may: ETags, faults, the deployed model. */
  revision: string;
}

/**
 * All that is configured for an environment: files from S3 and the database's word, at the same time.
 *
 * @throws NotOfferedError; the first source's error when not one of model and overrides can be read
 */
export async function readEnvironment(environment: NamedEnvironment, upstreams: Upstreams): Promise<Reading> {
  const { constants: configured, database } = environment;
  if (configured === undefined) throw new NotOfferedError();
  const [{ archive, overrides }, deployed] = await Promise.all([
    readFiles(configured, upstreams),
    database === undefined
      ? null
      : Source.read({ name: database.server, kind: 'database' }, () => upstreams.deployedModel(database)),
  ]);
  const files = archive === null ? overrides : [archive, ...overrides];
  const [first] = files;
  if (first !== undefined && files.every(({ failed }) => failed)) throw first.problem();

  const given = overrides.map(
    ({ name, file }): Given<Overrides> => ({
      source: name,
      content: file === null ? unreadSource(name) : file.content,
    }),
  );
  const model = modelOf(archive);
  const modelUnread = archive !== null && model === null;
  const unlisted = modelUnread || given.some(({ content }) => hasUnreadPlace(content));
  const all = [...files, ...(deployed === null ? [] : [deployed])];
  return {
    environment: environment.name,
    source: sourceOf(configured),
    as_of: newest(files),
    model,
    deployed: deployed?.file ?? null,
    constants: resolveConstants(
      archive === null ? null : (model ?? { source: archive.name, content: null }),
      given,
      configured,
    ),
    unlisted,
    sources: [
      ...(archive === null ? [] : [fileReport(archive)]),
      ...overrides.map((source) => fileReport(source, source.file?.content.notes)),
      ...(deployed?.failed === true ? [deployed.report(null)] : []),
    ],
    faults: all.map((source) => source.fault()).filter((fault) => fault !== null),
    complete: !unlisted && all.every(({ failed }) => !failed),
    revision: JSON.stringify([
      files.map((source) => source.file?.etag ?? source.fault()?.reason),
      deployed?.file ?? deployed?.fault()?.reason ?? null,
    ]),
  };
}

type FileSource<Content> = Source<StoredFile<Content>>;

/** All files at once; each that fails is a failed source. */
async function readFiles({ archive, overrides }: Constants, upstreams: Upstreams) {
  const [model, ...settings] = await Promise.all([
    archive === null ? null : Source.read({ name: archive.name, kind: 'archive' }, () => readModel(archive, upstreams)),
    ...overrides.map((source) =>
      Source.read({ name: source.name, kind: 'overrides' }, () => readOverrides(source, upstreams)),
    ),
  ]);
  return { archive: model, overrides: settings };
}

/** The model with when its archive was written; `null`: none is configured, or it failed. */
function modelOf(archive: FileSource<Model> | null): Reading['model'] {
  if (archive === null || archive.file === null) return null;
  const { content, last_modified } = archive.file;
  return { source: archive.name, content, modified: utc(last_modified) };
}

/** A source that failed may have set any constant: what stands below it is not claimed. */
function unreadSource(name: string): Overrides {
  const note = `The source ${name} could not be read; it may set another value.`;
  return { ranks: [[{ kind: 'unread', via: 'not read', note }]], notes: [] };
}

/** Whether it may set constants that nobody here can list. */
function hasUnreadPlace({ ranks }: Overrides): boolean {
  return ranks.flat().some(({ kind }) => kind === 'unread');
}

/** When the newest of the files was written: the answer is true for that time. */
function newest(files: readonly FileSource<unknown>[]): string | null {
  const times = files.flatMap(({ file }) => (file === null ? [] : [+file.last_modified]));
  return times.length === 0 ? null : utc(new Date(Math.max(...times)));
}

/** By what is configured, whether or not it could be read. */
function sourceOf({ archive, overrides }: Constants): Reading['source'] {
  if (archive === null) return 'overrides';
  return overrides.length === 0 ? 'archive' : 'archive+overrides';
}
