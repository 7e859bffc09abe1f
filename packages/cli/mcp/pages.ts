/** What the API's page says of a route, and what is known of a problem: resources for assistants. */
import { PROBLEMS } from '../routes.ts';
import pages from './pages.json' with { type: 'json' };

const PAGES: Readonly<Record<string, string>> = pages;

/** Markdown. @throws RangeError for a route that there is not */
export function pageOf(route: string): string {
  const page = Object.hasOwn(PAGES, route) ? PAGES[route] : undefined;
  if (page === undefined) throw new RangeError(`there is no route ${route}`);
  return page;
}

/** Of every problem that the API knows. */
export const problemSlugs = (): string[] => Object.keys(PROBLEMS);

/** Markdown. @throws RangeError for a problem that there is not */
export function problemPageOf(slug: string): string {
  const problem = Object.hasOwn(PROBLEMS, slug) ? PROBLEMS[slug] : undefined;
  if (problem === undefined) throw new RangeError(`there is no problem ${slug}`);
  return `# ${problem.title}\n\nStatus ${problem.status}, \`${slug}\`.\n\n${problem.advice}\n`;
}
