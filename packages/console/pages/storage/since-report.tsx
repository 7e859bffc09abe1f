/** Of an audit by S3's report: what came and went since, and what is too much to be asked for one by one. */
import type { Answer as AnswerOf } from '@mrt/client';
import { PartialNote } from '../../parts/state.tsx';
import { bytes, plural } from '../../words/numbers.ts';

export function SinceReport({ answer: { reconciliation } }: { answer: AnswerOf<'/storage_audit'> }) {
  const report = reconciliation?.report ?? null;
  if (report === null) return null;
  const { deleted_since, not_in_report, orphaned_at_most, missing_at_most, size_mismatch_at_most } = report;
  const limits = [
    orphaned_at_most &&
      `${plural(orphaned_at_most.object_count, 'orphaned object')} of ${bytes(orphaned_at_most.size_bytes)}`,
    missing_at_most && plural(missing_at_most.file_count, 'missing file'),
    size_mismatch_at_most && `${plural(size_mismatch_at_most.object_count, 'object')} of another size`,
  ].filter((words) => words !== null);
  return (
    <>
      <p class="faint">
        Since the report: {plural(deleted_since.object_count, 'object')} deleted ({bytes(deleted_since.size_bytes)}),{' '}
        {plural(not_in_report.file_count, 'file')} new to it ({bytes(not_in_report.size_bytes)}).
      </p>
      {limits.length === 0 ? null : (
        <PartialNote>
          Too many look wrong for S3 to be asked about each: at most {limits.join(', ')}. The keys below are confirmed
          one by one.
        </PartialNote>
      )}
    </>
  );
}
