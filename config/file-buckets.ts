/** Which of an environment's buckets hold the files that its database knows: decided alike for permissions and settings. */
import type { Config } from './schema.ts';

type EnvironmentConfig = Config['environments'][string];

/** Those that say so by `files`; the only one that there is need not. None without a database to compare them with. */
export function fileBuckets({ buckets = [], database }: EnvironmentConfig): NonNullable<EnvironmentConfig['buckets']> {
  return database === undefined ? [] : buckets.filter(({ files }) => files !== undefined || buckets.length === 1);
}
