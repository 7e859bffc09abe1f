/** Takes each control out, and fails where the test that is named for it does not. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CONTROLS, type Control } from './controls.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const CONFIG = 'test/deep/tenant-controls/vitest.config.ts';

interface Report {
  testResults: { assertionResults: { fullName: string; status: string }[]; message: string }[];
}

/** Titles of the tests that failed. @param at of the control that is taken out; `null`: all are there */
function failed({ tests }: Control, at: number | null): Promise<string[]> {
  const env = { ...process.env, ...(at !== null && { MRT_CONTROL: String(at) }) };
  const folder = mkdtempSync(join(tmpdir(), 'mrt-controls-'));
  const report = join(folder, 'report.json');
  const words = ['run', '--config', CONFIG, tests, '--reporter=json', `--outputFile=${report}`];
  return new Promise((resolve, reject) => {
    execFile('vitest', words, { cwd: ROOT, env, maxBuffer: 64 * 1024 * 1024 }, () => {
      try {
        const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as Report;
        const broken = testResults.find(({ assertionResults }) => assertionResults.length === 0);
        if (broken !== undefined || testResults.length === 0)
          throw new Error(`${tests}: ${broken?.message ?? 'no tests'}`);
        const all = testResults.flatMap(({ assertionResults }) => assertionResults);
        resolve(all.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName));
      } catch (error) {
        reject(error);
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
  });
}

const only = process.argv[2];
/** Of each test file as it is. */
const whole = new Map<string, Promise<string[]>>();
let unseen = 0;
for (const [at, control] of CONTROLS.entries()) {
  if (only !== undefined && !control.name.includes(only)) continue;
  whole.set(control.tests, whole.get(control.tests) ?? failed(control, null));
  const before = (await whole.get(control.tests)) ?? [];
  const titles = await failed(control, at);
  const noticing = titles.filter((title) => control.shownBy.test(title) && !before.includes(title));
  const outcome = noticing.length > 0 ? `noticed by "${noticing[0]}"` : `NOT NOTICED (${titles.length} others failed)`;
  process.stdout.write(`${control.name}: ${outcome}\n`);
  if (noticing.length === 0) unseen += 1;
}
process.exitCode = unseen === 0 ? 0 : 1;
