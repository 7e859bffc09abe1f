/** What stands beside the rows and somebody should know: lines for standard error. */
import type { Answer } from '../api.ts';

type Row = Readonly<Record<string, unknown>>;

/** Faults of parts, what is missing, what was found: a sentence each. */
export function notesOf(answer: Answer, rows: readonly Row[]): string[] {
  return [
    ...rows.flatMap(rowNotes),
    ...missingNotes(answer),
    ...sideNotes(answer),
    ...sourceNotes(answer),
    ...findingNotes(answer),
  ];
}

/** A bucket that could not be read has its problem in its own row. */
function rowNotes(row: Row): string[] {
  const error = row['error'] as { title?: string; detail?: string } | null | undefined;
  if (error === null || error === undefined) return [];
  const [name] = Object.values(row);
  return [`${String(name)}: ${error.title}. ${error.detail}`];
}

function missingNotes(answer: Answer): string[] {
  const missing = (answer['missing'] as { what: string; reason: string; table?: string | null }[] | undefined) ?? [];
  return missing.map(({ what, reason, table }) => `missing: ${what} (${reason}${table ? `, ${table}` : ''})`);
}

/** One of two sides that are compared failed. */
function sideNotes(answer: Answer): string[] {
  const sides = answer['errors'] as Record<string, { title: string; detail: string } | null> | undefined;
  return Object.entries(sides ?? {}).flatMap(([side, error]) =>
    error === null ? [] : [`${side}: ${error.title}. ${error.detail}`],
  );
}

/** A source of constants that could not be read. */
function sourceNotes(answer: Answer): string[] {
  const sources = answer['sources'];
  if (!Array.isArray(sources)) return [];
  return sources.flatMap(({ source, error }: { source: string; error: { reason: string; detail: string } | null }) =>
    error === null ? [] : [`${source} could not be read: ${error.detail} (${error.reason})`],
  );
}

function findingNotes(answer: Answer): string[] {
  return findingsOf(answer).map(({ finding, name, note }) =>
    [`finding: ${finding}`, ...(name === null ? [] : [` ${name}`]), ...(note === null ? [] : [` (${note})`])].join(''),
  );
}

/** What the API says that an operator should look at. */
export function findingsOf(answer: Answer): { finding: string; name: string | null; note: string | null }[] {
  return (answer['findings'] as { finding: string; name: string | null; note: string | null }[] | undefined) ?? [];
}
