/** Opens the record for a route that reads its past. */
import type { Context } from '../context.ts';
import { VARIABLES } from '../contract.ts';
import { requiredVariable } from '../required-variable.ts';
import type { Settings } from '../settings.ts';
import type { RecordReader } from './reader.ts';

/** `null`: the stage records nothing. */
export type OpenRecord = () => Promise<RecordReader | null>;

/**
 * The record of the stage. What reads it is loaded when it is asked for first: most requests are about the present.
 *
 * @throws Error that names the environment variable which is not set
 */
export function openedRecord(context: Context, { recording, region }: Settings): OpenRecord {
  if (process.env['MRT_WITH_RECORDING'] !== 'off' && recording !== null) {
    const bucket = requiredVariable(process.env, VARIABLES.recordBucket);
    return async () => (await import('./reader.ts')).recordReader(bucket, region, context);
  }
  return async () => null;
}
