/** One listing from the question to the exit code: what every command over a route does. */
import { ProblemError } from '@mrt/client';
import type { Answer } from '../api.ts';
import type { RouteCommand } from '../commands.ts';
import { EXIT, UsageError } from '../exit-codes.ts';
import { takes } from '../routes.ts';
import type { Run } from '../run.ts';
import { Progress } from '../terminal/progress.ts';
import { csvPages } from './csv.ts';
import { CsvFile, forgetPart } from './csv-file.ts';
import { findingsOf, notesOf } from './notes.ts';
import { type Page, pagesOf, type Question, requestOptions } from './pages.ts';
import { JsonPrinter, TablePrinter } from './printers.ts';

/** How the answer is wanted. */
export interface Form {
  format: 'table' | 'json' | 'csv';
  /** A file for CSV. */
  output: string | undefined;
  /** Exact bytes in a table. */
  bytes: boolean;
  /** Whether the rows end at `MAX_SHOWN` without anybody having said so. */
  shortened: boolean;
  /** Exit code 1 when the API has findings. */
  check: boolean;
}

/** A table in a terminal stops here, so that it can be read; `--limit` and `--all` say otherwise. */
export const MAX_SHOWN = 100;

/** @returns the exit code @throws what the client throws, UsageError, OutputError */
export async function list(run: Run, command: RouteCommand, question: Question, form: Form): Promise<number> {
  const shown = form.format === 'table' && run.stdout.isTTY;
  // Rows that scroll by are progress enough.
  const progress = new Progress(
    run.stderr,
    question.route.rows ?? 'answers',
    !shown || command.continues !== undefined,
  );
  run.onRetry = ({ waitSeconds, error }) => progress.note(`${error.message}: again in ${Math.ceil(waitSeconds)} s`);
  try {
    if (form.format === 'csv') return await listCsv(run, question, form, progress);
    return await listPages(run, command, question, form, progress);
  } finally {
    progress.end();
  }
}

/** Page after page as a table or as JSON; what should be known beside the rows goes to standard error at the end. */
async function listPages(run: Run, command: RouteCommand, question: Question, form: Form, progress: Progress) {
  const { route } = question;
  const fields = (question.query['fields'] as string | undefined)?.split(',');
  const style = { width: run.width, colour: run.colour, bytes: form.bytes };
  const columns = fields ?? command.columns;
  const tables = new TablePrinter(run.output, route, columns, style);
  const printer = form.format === 'json' ? new JsonPrinter(run.data, route) : tables;
  let complete = true;
  let rows = 0;
  let last: Page | undefined;
  const notes = new Set<string>();
  for await (const page of pagesOf(question, run, () => progress.add(1))) {
    progress.end();
    await printer.page(page);
    complete &&= page.answer['complete'] !== false;
    rows += page.rows.length;
    last = page;
    for (const note of notesOf(page.answer, page.rows)) notes.add(note);
    progress.add(page.rows.length);
  }
  progress.end();
  const answer: Answer = last?.answer ?? {};
  await printer.end(answer, complete);
  const more = answer['next_cursor'] !== null && answer['next_cursor'] !== undefined;
  if (form.format === 'table') {
    if (route.rows !== null && Array.isArray(answer[route.rows]) && rows === 0) run.say(`no ${route.rows}`);
    if (more && form.shortened) run.say(`the first ${rows} ${route.rows}; --all shows the rest, --limit so many`);
    if (tables.leftOut.size > 0) run.say(`not shown at this width: ${[...tables.leftOut].join(', ')}`);
    for (const note of notes) run.say(note);
  }
  if (!complete) run.say('incomplete: something that belongs in this answer is missing');
  if (!complete) return EXIT.incomplete;
  return form.check && findingsOf(answer).length > 0 ? EXIT.unclean : EXIT.good;
}

/** All rows as CSV: as they come to standard output, or into a file that is there when it is whole. */
async function listCsv(run: Run, question: Question, { output }: Form, progress: Progress): Promise<number> {
  if (question.route.csv === null) throw new UsageError('this answer has no CSV: try --json');
  if (run.stderr.isTTY) progress.total = await total(run, question);
  const state = output === undefined ? await toStandardOutput() : await toFile(output);
  if (!state.complete) run.say('incomplete: something that belongs in this answer is missing');
  return state.complete ? EXIT.good : EXIT.incomplete;

  function toStandardOutput() {
    return csvPages(question, run, undefined, (text) => run.data.write(text), progress);
  }

  async function toFile(path: string) {
    const { route, query, limit } = question;
    const asked = { api: run.profile.api, path: route.path, query, limit };
    let file = new CsvFile(path, asked);
    const { from } = file;
    if (from !== undefined) {
      run.say(`going on after ${from.rows} rows that ${path}.part has`);
      progress.goOnFrom(from.rows);
    }
    const take = (text: string, at: Parameters<CsvFile['take']>[1]) => file.take(text, at);
    try {
      const whole = await csvPages(question, run, from, take, progress);
      file.finish();
      progress.end();
      run.say(`${path} has ${whole.rows} rows`);
      return whole;
    } catch (error) {
      const stale = from !== undefined && error instanceof ProblemError && error.slug === 'invalid-cursor';
      if (!stale) {
        progress.end();
        if (file.begun) run.say(`stopped; the same command goes on with ${path}.part`);
        throw error;
      }
      run.say('what was begun is too old to go on with: from the start');
      forgetPart(path);
      file = new CsvFile(path, asked);
      const whole = await csvPages(question, run, undefined, take, progress);
      file.finish();
      return whole;
    }
  }
}

/**
 * How many rows there will be, where the route can estimate it; for a person who waits. Whatever fails here fails for
 * the rows too, which say so.
 */
async function total(run: Run, question: Question): Promise<number | null> {
  const { route, query, limit } = question;
  if (!takes(route, 'count')) return limit;
  const asked = { ...query, limit: 1, count: 'estimated' };
  const answer: Answer = await run.api.get(route.path, asked, requestOptions(question)).catch(() => ({}));
  const value = (answer['count'] as { value: number | null } | null | undefined)?.value ?? null;
  return value === null || limit === null ? (value ?? limit) : Math.min(value, limit);
}
