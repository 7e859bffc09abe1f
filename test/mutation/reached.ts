/** In each test file: which statements of the guarded files each test reached, written beside those of the other files. */
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect } from 'vitest';
import type { Reached } from './coverage.ts';
import { AROUND, IMPORTED } from './pseudo-tests.ts';

declare global {
  /** What a counted file calls before each statement. */
  var reached: ((file: string, statement: number, isInside: boolean) => void) | undefined;
}

/** The folder to write to, while the run counts. */
const FOLDER = process.env['MRT_REACHED'];

if (FOLDER !== undefined) {
  let current = AROUND;
  let started = 0;
  const statements = new Map<string, Set<string>>([
    [IMPORTED, new Set()],
    [AROUND, new Set()],
  ]);
  const durations = new Map<string, number>();
  globalThis.reached = (file, statement, isInside) => {
    const by = current === AROUND && !isInside ? IMPORTED : current;
    statements.get(by)?.add(`${file} ${statement}`);
  };
  beforeEach(({ task }) => {
    current = task.id;
    started = performance.now();
    statements.set(current, new Set());
  });
  afterEach(({ task }) => {
    durations.set(task.id, performance.now() - started);
    current = AROUND;
  });
  afterAll(() => {
    const testFile = expect.getState().testPath ?? '';
    const result: Reached = {
      testFile,
      tests: [...statements].map(([id, set]) => ({ id, duration: durations.get(id) ?? 0, statements: [...set] })),
    };
    const name = createHash('sha256').update(testFile).digest('hex').slice(0, 16);
    writeFileSync(join(FOLDER, `${name}.json`), JSON.stringify(result));
  });
}
