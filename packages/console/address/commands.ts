/** The lines that give in a terminal what a view shows: `mrt …` and `curl …`. */
import type { Query } from './question.ts';
import { type Question, requestPath } from './question.ts';

/** The command of `mrt` for a path; docs/cli.md. */
const COMMANDS: Readonly<Record<string, string>> = {
  '/environments': 'environments',
  '/bucket_size': 'buckets',
  '/table_size': 'tables',
  '/users': 'users',
  '/micro_flow_constants': 'constants',
  '/storage_audit': 'audit',
  '/airflow_health': 'airflow',
  '/grants': 'grants',
};

/**
 * A word as a POSIX shell takes it, whatever is in it.
 *
 * @example shellWord("it's") // "'it'\\''s'"
 */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** Whether the view shows what `mrt` leaves out of its tables: the days, and the parts of a difference, of each row. */
function isNested({ query }: Question): boolean {
  const { days, source, summary, changes } = query;
  const hasDays = days !== undefined && summary !== true && changes !== true;
  return hasDays || source === 'both' || source === 'inventory';
}

/** The line for `mrt`; `null` where it has no command for it. */
export function mrtLine(question: Question): string | null {
  const { path, query } = question;
  const command = COMMANDS[path];
  if (command === undefined) return null;
  const { environment, compare, ...others } = query;
  if (compare !== undefined) {
    return ['mrt constants diff', ...[environment, compare].map((name) => shellWord(String(name)))].join(' ');
  }
  const words = [`mrt ${command}`];
  if (environment !== undefined) words.push(`-e ${shellWord(String(environment))}`);
  for (const [name, value] of entries(others)) {
    // A page's cursor is the console's own matter: the command asks for as many rows as it is told.
    if (name === 'cursor') continue;
    const flag = `--${name.replaceAll('_', '-')}`;
    words.push(value === true ? flag : `${flag} ${shellWord(String(value))}`);
  }
  if (isNested(question)) words.push('--json');
  return words.join(' ');
}

/** The line for curl. The token comes from a variable, so that it is in no history. */
export function curlLine(api: string, question: Question): string {
  const address = `${api.replace(/\/$/, '')}${requestPath(question)}`;
  return `curl -s --compressed -H "Authorization: Bearer $TOKEN" ${shellWord(address)}`;
}

function entries(query: Query): [string, unknown][] {
  return Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== false);
}
