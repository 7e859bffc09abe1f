/** Pages as a table, or as one JSON document, while they come: memory does not grow with them. */
import type { Answer } from '../api.ts';
import type { Route } from '../routes.ts';
import { answerLines } from '../terminal/answer.ts';
import type { Output } from '../terminal/output.ts';
import { type TableStyle, table } from '../terminal/table.ts';
import { listOf, type Page } from './pages.ts';

/** Takes page after page. */
export interface Printer {
  page(page: Page): Promise<void>;
  /** @param last the last page's answer @param complete whether every page was */
  end(last: Answer, complete: boolean): Promise<void>;
}

/** A table, page by page; or the parts of an answer that has no rows. */
export class TablePrinter implements Printer {
  /** Fields that found no room. */
  readonly leftOut = new Set<string>();
  readonly #output: Output;
  readonly #route: Route;
  readonly #columns: readonly string[];
  readonly #style: TableStyle;
  #lines = 0;

  constructor(output: Output, route: Route, columns: readonly string[], style: TableStyle) {
    this.#output = output;
    this.#route = route;
    this.#columns = columns;
    this.#style = style;
  }

  async page({ answer, rows }: Page): Promise<void> {
    const { lines, left_out } = this.#hasRows(answer)
      ? table(this.#columns, rows, this.#style)
      : { lines: answerLines(answer, this.#style), left_out: [] };
    for (const field of left_out) this.leftOut.add(field);
    // One heading is enough.
    const shown = this.#lines === 0 ? lines : lines.slice(1);
    this.#lines += shown.length;
    if (shown.length > 0) await this.#output.write(`${shown.join('\n')}\n`);
  }

  async end(): Promise<void> {}

  #hasRows(answer: Answer): boolean {
    return this.#route.rows !== null && Array.isArray(answer[this.#route.rows]);
  }
}

/**
 * The API's answer with the rows of all its pages, a row a line. What stands beside the rows is the last page's; it comes
 * after them, since only then it is known.
 */
export class JsonPrinter implements Printer {
  readonly #output: Output;
  readonly #route: Route;
  #count = 0;
  #open = false;

  constructor(output: Output, route: Route) {
    this.#output = output;
    this.#route = route;
  }

  async page({ answer, rows }: Page): Promise<void> {
    const list = listOf(answer, this.#route);
    if (list === null) return;
    const head = this.#open ? '' : `{\n  ${JSON.stringify(list)}: [`;
    const text = rows
      .map((row, index) => `${this.#count + index === 0 ? '' : ','}\n    ${JSON.stringify(row)}`)
      .join('');
    this.#open = true;
    this.#count += rows.length;
    await this.#output.write(head + text);
  }

  async end(last: Answer, complete: boolean): Promise<void> {
    if (!this.#open) return this.#output.write(`${JSON.stringify(last, null, 2)}\n`);
    const { [listOf(last, this.#route) ?? '']: _, ...rest } = last;
    const fields = JSON.stringify({ ...rest, complete }, null, 2).slice(1);
    await this.#output.write(`${this.#count === 0 ? '' : '\n  '}],${fields}\n`);
  }
}
