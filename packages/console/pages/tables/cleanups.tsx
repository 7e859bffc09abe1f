/** Tables that are known to grow without end, with the Mendix setting that keeps them small. */
import type { WholeTable } from '@mrt/client';
import { bytes } from '../../words/numbers.ts';
import { nameOf } from './table-tiles.ts';

export function Cleanups({ tables }: { tables: readonly WholeTable[] }) {
  const hints = tables.filter(({ cleanup }) => cleanup != null);
  if (hints.length === 0) return null;
  return (
    <details class="cleanups">
      <summary>
        {hints.length} {hints.length === 1 ? 'table has' : 'tables have'} a Mendix setting that keeps{' '}
        {hints.length === 1 ? 'it' : 'them'} small
      </summary>
      <ul class="plain">
        {hints.map((table) => (
          <li key={table.table}>
            <strong>{nameOf(table)}</strong> {bytes(table.total_bytes)}: <code>{table.cleanup?.setting}</code>{' '}
            <span class="faint">since Mendix {table.cleanup?.since}.</span> {table.cleanup?.advice}
          </li>
        ))}
      </ul>
    </details>
  );
}
