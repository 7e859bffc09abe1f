/** Airflow's own words, which come from outside: shown as they are, but never longer than this, and one line each. */

/** Of an import error: the last line of a traceback says what went wrong. */
const MAX_MESSAGE = 500;
/** Of a file's path, a schedule, an owner, a tag. */
const MAX_WORD = 250;

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+/g;

/** What a password, a token or a key may stand behind in an error's words: the name stays, the value does not. */
const SECRETS = [
  // A user's part of an address: postgresql://airflow:secret@db/airflow
  [/(:\/\/)[^\s/@:]*:[^\s/@]*@/g, '$1***@'],
  [/\b(bearer|basic)\s+[a-z0-9._~+/=-]{8,}/gi, '$1 ***'],
  [
    /\b([\w-]*(?:password|passwd|pwd|secret|token|api[_-]?key|access[_-]?key)[\w-]*['"]?\s*[:=]\s*)(?:'[^']*'|"[^"]*"|[^\s,;)}\]]+)/gi,
    '$1***',
  ],
  [/\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, '***'],
  [/\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g, '***'],
] as const;

/** @example word('  sales\n') // 'sales' */
export function word(text: string, max = MAX_WORD): string {
  const line = text.replace(UNSEEN, ' ').trim();
  if (line.length <= max) return line;
  // No half of a pair at the end.
  return `${line.slice(0, max - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

/**
 * An error's words in one line. Of a traceback its last line, which says what went wrong, without the code before it; what
 * looks like a secret is taken out.
 *
 * @example message('Traceback (most recent call last):\n  File "/a.py", line 2\nKeyError: \'x\'') // "KeyError: 'x'"
 */
export function message(text: string): string {
  // A traceback of megabytes: its end is what is wanted.
  const lines = text
    .slice(-20_000)
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '');
  const last = lines.at(-1) ?? '';
  return word(
    SECRETS.reduce((shown, [pattern, replacement]) => shown.replace(pattern, replacement), last.slice(0, 4_000)),
    MAX_MESSAGE,
  );
}
