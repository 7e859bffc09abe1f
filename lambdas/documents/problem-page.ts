/** The page of a problem, for a browser and for a terminal: what it is, why it happens, what to do. */
import { createHash } from 'node:crypto';
import { REASONS } from '../problem-reasons.ts';
import { PROBLEMS, type ProblemKind, type ProblemSlug } from '../problems.ts';
import { CAUSES } from './causes.ts';

const STYLE =
  'body{font:1rem/1.5 system-ui,sans-serif;max-width:42rem;margin:2rem auto;padding:0 1rem}dt{margin-top:1rem}';

/** Nothing is loaded and nothing runs; the one style is known by its hash (CSP level 3, 6.7.3). */
export const PAGE_POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

/** Plain text, lines as they come. */
export function problemText(slug: ProblemSlug): string {
  const { title, status, advice, waiting } = partsOf(slug);
  const reasons = Object.entries(REASONS[slug] ?? {}).map(([reason, own]) => `  ${reason}\n    ${own.advice}\n`);
  return [
    `${title} (${slug}, ${status})\n`,
    `Cause: ${CAUSES[slug]}\n`,
    `Remedy: ${advice}${waiting}\n`,
    ...(reasons.length === 0 ? [] : [`By \`reason\`:\n`, ...reasons]),
  ].join('\n');
}

/** HTML, which needs nothing but itself. */
export function problemPage(slug: ProblemSlug): string {
  const { title, status, advice, waiting } = partsOf(slug);
  const reasons = Object.entries(REASONS[slug] ?? {}).map(
    ([reason, own]) => `<dt><code>${escaped(reason)}</code></dt><dd>${inHtml(own.advice)}</dd>`,
  );
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escaped(title)} – MRT API</title><style>${STYLE}</style></head><body><main>`,
    `<h1>${escaped(title)}</h1><p><code>${escaped(slug)}</code>, status ${status}</p>`,
    `<h2>Cause</h2><p>${inHtml(CAUSES[slug])}</p>`,
    `<h2>Remedy</h2><p>${inHtml(advice + waiting)}</p>`,
    ...(reasons.length === 0 ? [] : [`<h2>By reason</h2><dl>${reasons.join('')}</dl>`]),
    '</main></body></html>\n',
  ].join('\n');
}

function partsOf(slug: ProblemSlug): ProblemKind & { waiting: string } {
  const problem: ProblemKind = PROBLEMS[slug];
  const { retry_after } = problem;
  return { ...problem, waiting: retry_after === undefined ? '' : ` Asking again helps after ${retry_after} s.` };
}

/** Sentences, in which backticks set off what is typed. */
function inHtml(text: string): string {
  return escaped(text).replaceAll(/`([^`]+)`/g, '<code>$1</code>');
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escaped(text: string): string {
  return text.replaceAll(/[&<>"]/g, (character) => ENTITIES[character] ?? '');
}
