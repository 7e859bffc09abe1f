/** Why there is no history, in a sentence. */

/** What an answer says of the recorded days. */
export interface RecordedDays {
  days: number;
  recorded_days: number;
  first: string | null;
  reason: string | null;
}

const REASONS: Readonly<Record<string, string>> = {
  'recording-off': 'This stage records nothing, so there is no past to show: its option `recording` is off.',
  'not-recorded': 'Nothing has been recorded of this environment yet.',
  'changes-cut': 'There were more changes than are kept.',
};

/** @param record `undefined`: the answer looks back at nothing */
export function recordWords(record: RecordedDays | undefined): string {
  if (record === undefined) return '';
  if (record.reason !== null) return REASONS[record.reason] ?? `The record cannot be read: ${record.reason}.`;
  if (record.recorded_days < 2) return 'One day is recorded so far: a trend is drawn from the second on.';
  return `${record.recorded_days} of ${record.days} days are recorded, since ${record.first}.`;
}
