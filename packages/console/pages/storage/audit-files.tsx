/** The files as the database has them: by entity and by month, with those whose objects are missing. */
import type { Answer as AnswerOf } from '@mrt/client';
import { Trend } from '../../charts/trend.tsx';
import { DataTable } from '../../parts/data-table.tsx';
import { bytes, count, exactBytes, roundBytes } from '../../words/numbers.ts';

type Files = NonNullable<AnswerOf<'/storage_audit'>['files']>;

export function AuditFiles({ answer: { files, reconciliation } }: { answer: AnswerOf<'/storage_audit'> }) {
  if (files === null) return null;
  const missing = new Map(reconciliation?.missing?.by_entity?.map((row) => [row.entity, row.file_count]));
  const months = files.by_month.flatMap(({ month, size_bytes }) =>
    month === null ? [] : [{ date: `${month}-01`, values: { size: size_bytes } }],
  );
  return (
    <div class="two">
      <div>
        <h3>Files by entity</h3>
        <DataTable
          caption="Files by entity"
          rows={files.by_entity}
          keyOf={({ entity }) => entity}
          columns={[
            { name: 'Entity', cell: ({ entity }) => entity },
            { name: 'Files', numeric: true, cell: ({ file_count }) => count(file_count) },
            {
              name: 'Size',
              numeric: true,
              cell: ({ size_bytes }) => <span title={exactBytes(size_bytes)}>{bytes(size_bytes)}</span>,
            },
            { name: 'Missing', numeric: true, cell: ({ entity }) => count(missing.get(entity) ?? 0) },
          ]}
        />
      </div>
      <div>
        <h3>Files by month of creation</h3>
        {months.length < 2 ? null : (
          <Trend
            label={`Bytes of files by month of creation, ${months[0]?.date.slice(0, 7)} to ${months.at(-1)?.date.slice(0, 7)}`}
            points={months}
            series={['size']}
            format={roundBytes}
          />
        )}
        <Unsized files={files} />
      </div>
    </div>
  );
}

/** Documents that the sizes above leave out, if there are any. */
function Unsized({ files: { not_sized, not_found, without_key } }: { files: Files }) {
  const parts = [
    [not_sized, 'not measured by Mendix yet'],
    [not_found, 'empty or not found'],
    [without_key ?? 0, 'without a key'],
  ] as const;
  const told = parts.filter(([number]) => number > 0).map(([number, words]) => `${count(number)} ${words}`);
  return told.length === 0 ? null : <p class="faint">Documents without a size: {told.join(', ')}.</p>;
}
