/** The program that the client's README shows: compiled by one test and run by another. */
import { readFileSync } from 'node:fs';

const readme = readFileSync('packages/client/README.md', 'utf8');

/** Without the fences. */
export const PROGRAM = /## A program\n\n```ts\n(.*?)```/s.exec(readme)?.[1] ?? '';
