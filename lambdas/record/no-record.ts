/** The record of a stage that records nothing. */
import { RecordUnavailableError } from '../upstream-errors.ts';
import type { RecordReader } from './reader.ts';

/** Says that there is none where the newest is asked for; has no past. */
export const noRecord: RecordReader = {
  latest: () => Promise.reject(new RecordUnavailableError('missing')),
  history: async () => undefined,
  changes: async () => null,
};
