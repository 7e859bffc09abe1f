/** The questions that docs/recipes.md asks of the history. */
import { readFileSync } from 'node:fs';

/** A line in bold that ends with a question mark, and the block of SQL below it. */
const QUESTION = /^\*\*(.*?\?)\*\*[^\n]*\n(?:[^`\n][^\n]*\n)*\n```sql\n(.*?)```$/gms;

/** SQL by the words of the question. */
export const questions: ReadonlyMap<string, string> = new Map(
  [...readFileSync('docs/recipes.md', 'utf8').matchAll(QUESTION)].map(([, question = '', sql = '']) => [question, sql]),
);
