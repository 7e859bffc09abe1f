/**
 * Where in the source an error was made. The modules of a bundle have their source maps beside them, which are read only
 * when an error is logged: with `--enable-source-maps` Node reads them all at every cold start, a quarter of its time
 * (docs/decisions/bundling.md).
 */
import { readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { basename, join } from 'node:path';
import { BoundedCache } from './bounded-cache.ts';

/** Where the code of this process lies, and the maps of its modules. */
const OWN_FOLDER = import.meta.dirname;

/** Errors come from few places; a map that was read (10 ms of CPU, some MB) is not kept for them. */
const MAX_KEPT_PLACES = 100;
const kept = new BoundedCache<string>(MAX_KEPT_PLACES);

/** The file's name alone, and 1-based line and column, of a line of a stack. */
const FRAME = /^ {4}at .*?([\w.-]+\.(?:ts|mjs|js)):(\d+):(\d+)\)?$/m;

/**
 * The place of the stack's first line that names a file, without the file's folder.
 *
 * `at x (file:///var/task/index.mjs:2:4711)` gives `pipeline.ts:61:20` where `index.mjs.map` is there, and else
 * `index.mjs:2:4711`.
 *
 * @param folder where maps are looked for
 * @returns `pages.ts:12:5`; `null` where the stack says none
 */
export function sourcePlace(error: Error, folder = OWN_FOLDER): string | null {
  const [, file, line, column] = FRAME.exec(error.stack ?? '') ?? [];
  if (file === undefined) return null;
  const place = `${file}:${line}:${column}`;
  const key = join(folder, place);
  const source = kept.get(key) ?? originOf(join(folder, `${file}.map`), Number(line), Number(column)) ?? place;
  kept.set(key, source);
  return source;
}

/** `null`: there is no map, as for sources that run by themselves, or it knows nothing of the place. */
function originOf(map: string, line: number, column: number): string | null {
  try {
    // Both count from 0 in a map, and from 1 in a stack.
    const entry = new SourceMap(JSON.parse(readFileSync(map, 'utf8'))).findEntry(line - 1, column - 1);
    if (!('originalSource' in entry)) return null;
    return `${basename(entry.originalSource)}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
  } catch {
    // Whatever is wrong with a map must not take the place of the error that is logged.
    return null;
  }
}
