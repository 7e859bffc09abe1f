/** What the objects of a bucket are to the database, class by class. */
import type { Answer as AnswerOf } from '@mrt/client';
import { PartsBar } from '../../charts/bar.tsx';
import { DataTable } from '../../parts/data-table.tsx';
import { Figure, Unknown } from '../../parts/figure.tsx';
import { bytes, count, exactBytes } from '../../words/numbers.ts';
import { day } from '../../words/times.ts';

type Audit = AnswerOf<'/storage_audit'>;

const CLASSES = [
  ['referenced', 'in use', 'a document has the key'],
  ['orphaned', 'orphaned', 'nothing in the database has the key, and it is older than a day'],
  ['pending_deletion', 'waiting to be deleted', 'in Mendix’s own queue'],
  ['too_young', 'too young to tell', 'may be an upload under way'],
  ['size_mismatch', 'of another size', 'than the document says'],
  ['foreign', 'foreign', 'the key is not made as Mendix makes it'],
] as const;

export function AuditClasses({ answer: { reconciliation, cost, as_of }, done }: { answer: Audit; done: boolean }) {
  if (reconciliation === null) return null;
  const rows = CLASSES.map(([name, text, meaning]) => ({ name, text, meaning, part: reconciliation[name] }));
  const orphans = reconciliation.orphaned;
  const price = cost?.orphaned_per_month;
  const bound = done && reconciliation.complete ? undefined : 'at least';
  return (
    <>
      <dl class="figures">
        <Figure
          label="Orphaned"
          value={orphans === null ? <Unknown /> : bytes(orphans.size_bytes)}
          exactly={exactBytes(orphans?.size_bytes)}
          note={bound}
          source={orphans === null ? 'not known' : `${count(orphans.object_count)} objects`}
          asOf={as_of}
        />
        <Figure
          label="They cost a month"
          value={
            price ? (
              priceWords(price, (orphans?.size_bytes ?? 0) > 0)
            ) : (
              <Unknown why={cost?.unpriced ? `no price for ${cost.unpriced}` : 'not known'} />
            )
          }
          {...(price ? { source: `storage alone, prices of ${day(price.prices_as_of)}` } : {})}
        />
        <Figure
          label="Missing"
          value={reconciliation.missing === null ? <Unknown /> : count(reconciliation.missing.file_count)}
          note={bound}
          source="documents whose file is not there"
        />
      </dl>
      <PartsBar
        label="Objects by what they are to the database"
        parts={rows.flatMap(({ text, part }) =>
          part === null || part.size_bytes === 0
            ? []
            : [{ name: text, value: part.size_bytes, text: bytes(part.size_bytes) }],
        )}
      />
      <DataTable
        caption="Classes of objects"
        rows={rows}
        keyOf={({ name }) => name}
        columns={[
          { name: 'Objects', cell: ({ text }) => text },
          {
            name: 'Number',
            numeric: true,
            cell: ({ part }) => (part === null ? <Unknown /> : count(part.object_count)),
          },
          {
            name: 'Size',
            numeric: true,
            cell: ({ part }) =>
              part === null ? <Unknown /> : <span title={exactBytes(part.size_bytes)}>{bytes(part.size_bytes)}</span>,
          },
          { name: 'Meaning', wideOnly: true, cell: ({ meaning }) => <span class="faint">{meaning}</span> },
        ]}
      />
    </>
  );
}

/** The API rounds to the cent: what is little is under one, and not nothing. */
function priceWords({ amount, currency }: { amount: string; currency: string }, isSomething: boolean): string {
  const isLess = isSomething && Number(amount) === 0;
  const text = (isLess ? 0.01 : Number(amount)).toLocaleString(undefined, { style: 'currency', currency });
  return isLess ? `under ${text}` : text;
}
