/** The file documents of a sample app: the same list of files that fills its bucket. */
import { escapeLiteral } from 'pg';
import type { SampleEnvironment } from '../file-mix.ts';
import { sampleFiles, startOfDay } from '../files.ts';
import { entityOf, type Layout } from './layout.ts';

export interface Documents {
  /** Number of objects by concrete entity. */
  counts: Map<string, number>;
  statements: string[];
}

/** Rows of `system$filedocument` and `system$unreferencedfile`; the tables of specializations are filled by number. */
export function documentsOf(layout: Layout, environment: SampleEnvironment, scale: number, now: Date): Documents {
  const share = Math.max(1, Math.round(1 / scale));
  const files = sampleFiles(environment, startOfDay(now)).filter((_, i) => i % share === 0);
  const counts = new Map<string, number>();
  const rows = files
    .filter((file) => file.in_database)
    .map((file) => {
      const sequence = (counts.get(file.entity) ?? 0) + 1;
      counts.set(file.entity, sequence);
      return {
        short: entityOf(layout.entities, file.entity).shortId,
        sequence,
        name: file.name,
        hascontents: file.has_contents,
        size: file.database_size,
        uuid: file.uuid,
        created: file.created,
        entity: file.entity,
      };
    });
  const unreferenced = files.flatMap(({ uuid, unreferenced: state, created }) =>
    state === null ? [] : [{ uuid, state, created }],
  );
  const short = entityOf(layout.entities, 'System.UnreferencedFile').shortId;
  return {
    counts,
    statements: [
      `INSERT INTO "system$filedocument" (id, fileid, name, deleteafterdownload, contents, hascontents, size, __filename__, __uuid__,
           createddate, changeddate, submetaobjectname)
         SELECT pg_temp.mendix_id(short, sequence), row_number() OVER (), name, false, NULL, hascontents, size, 0, uuid,
           created AT TIME ZONE 'UTC', created AT TIME ZONE 'UTC', entity
         FROM json_to_recordset(${escapeLiteral(JSON.stringify(rows))}) AS file
           (short integer, sequence bigint, name text, hascontents boolean, size bigint, uuid text, created timestamptz, entity text)`,
      `INSERT INTO "system$unreferencedfile" (id, filekey, state, transactionid, createddate)
         SELECT pg_temp.mendix_id(${short}, row_number() OVER ()), uuid, state, md5('transaction' || uuid)::uuid, created AT TIME ZONE 'UTC'
         FROM json_to_recordset(${escapeLiteral(JSON.stringify(unreferenced))}) AS file (uuid text, state text, created timestamptz)`,
    ],
  };
}
