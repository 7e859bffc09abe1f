/** Answers of the sample run in the OpenAPI document. `node tools/capture-examples.ts` writes them. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A real answer. */
export interface Example {
  /** Unique among those of its route: `rows`, `summary`. */
  name: string;
  /** Path and parameters that it answers: `/users?environment=shop-prod&limit=2`. */
  request: string;
  answer: unknown;
  /** Whether lists, or the cursor, are shorter than they were. */
  cut: boolean;
}

/** By the name of the route; a route without any is left out. */
export type Examples = Readonly<Record<string, readonly Example[]>>;

/** Where they are kept. */
export const EXAMPLES_FILE = fileURLToPath(new URL('../docs/examples.json', import.meta.url));

/** As they were captured last; none before that. */
export function capturedExamples(): Examples {
  return existsSync(EXAMPLES_FILE) ? (JSON.parse(readFileSync(EXAMPLES_FILE, 'utf8')) as Examples) : {};
}
