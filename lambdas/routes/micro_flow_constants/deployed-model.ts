/** What runs, as the runtime itself notes it at each start in `mendixsystem$version`. */
import type { DeployedModel } from './upstreams.ts';

export interface Queries {
  query<Row extends object>(text: string): Promise<Row[]>;
}

/**
 * `mendixversion` exists from structure version 4.1.0 on: where the table lacks it, the name is that of the outer query,
 * which is null. (A whole-row reference would need a grant on every column.) `null` when the table says nothing.
 */
export async function deployedModel(database: Queries): Promise<DeployedModel | null> {
  const [row] = await database.query<DeployedModel>(
    `select (select modelversionnumber from public."mendixsystem$version" limit 1) as model_version,
            (select mendixversion from public."mendixsystem$version" limit 1) as mendix_version
       from (select null::text as mendixversion) as absent`,
  );
  return row === undefined || row.model_version === null ? null : row;
}
