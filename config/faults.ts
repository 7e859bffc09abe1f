/** What the schema finds, in words for the person who writes the file: the path of the field, and what it must be. */
import type * as z from 'zod';

type Issue = z.core.$ZodIssue;
type RawIssue = z.core.$ZodRawIssue;

const TYPES: Readonly<Record<string, string>> = {
  array: 'a list [ … ]',
  boolean: 'true or false',
  int: 'a whole number',
  number: 'a number',
  object: 'an object { … }',
  record: 'an object { … }',
  string: 'a text "…"',
};

/** The words for an issue whose schema has none of its own. `input` is the value that was met. */
export function wordsOf(issue: RawIssue): string | undefined {
  if (issue.input === undefined && issue.code !== 'unrecognized_keys') return 'is required';
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${TYPES[String(issue['expected'])] ?? String(issue['expected'])}`;
    case 'invalid_value':
      return `must be ${(issue['values'] as unknown[]).map((value) => JSON.stringify(value)).join(' or ')}`;
    case 'too_big':
      return `must ${amount(issue.origin, issue['maximum'])} at most`;
    case 'too_small':
      return `must ${amount(issue.origin, issue['minimum'])} at least`;
    case 'invalid_format':
      return issue['format'] === 'email' ? 'must be an e-mail address' : undefined;
    default:
      return undefined;
  }
}

function amount(origin: unknown, limit: unknown): string {
  if (origin === 'string') return `have ${limit} characters`;
  return origin === 'array' ? `have ${limit} ${limit === 1 ? 'entry' : 'entries'}` : `be ${limit}`;
}

/**
 * A choice between a word and an object, such as `"off"` or an address: its own words are said where neither was meant,
 * `is required: …` where nothing was written.
 *
 * @param shape both forms as they are written: `"off" or { callback_urls, logout_urls }`
 */
export function choice(shape: string) {
  return { error: ({ input }: RawIssue) => (input === undefined ? `is required: ${shape}` : `must be ${shape}`) };
}

/**
 * The faults of a configuration, one for each field.
 *
 * @example `environments.HR-Prod: a name is 1 to 40 of a-z, 0-9 and -, not starting with -`
 */
export function faultsOf(issues: readonly Issue[]): string[] {
  const faults = new Map<string, string>();
  for (const [field, message] of issues.flatMap((issue) => fieldsOf(issue, []))) {
    // A text where a list belongs is also longer than the list may be: the first thing said is the one that counts.
    if (!faults.has(field)) faults.set(field, message);
  }
  return [...faults].map(([field, message]) => `${field}: ${message}`);
}

function fieldsOf(issue: Issue, parents: readonly PropertyKey[]): [field: string, message: string][] {
  const path = [...parents, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => [fieldName([...path, key]), 'is no field of the configuration']);
  }
  // Whoever wrote an object meant the object: the faults inside it say more than the choice.
  const inside = issue.code === 'invalid_union' ? issue.errors.find(isAboutFields) : undefined;
  if (inside !== undefined) return inside.flatMap((inner) => fieldsOf(inner, path));
  const message = issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? issue.message) : issue.message;
  return [[fieldName(path), message]];
}

function isAboutFields(option: readonly Issue[]): boolean {
  return option.every((issue) => issue.path.length > 0 || issue.code === 'unrecognized_keys');
}

function fieldName(path: readonly PropertyKey[]): string {
  return path.map(String).join('.') || '(top)';
}
