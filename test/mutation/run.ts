/**
 * Breaks what guards, one place at a time, and looks whether a test notices (docs/decisions/mutation.md).
 *
 * `node test/mutation/run.ts` tries all; with names of guards or files only these. `MRT_MUTATION_MINUTES` bounds it (25):
 * what is left untried then is said, and is an error. Ends with 1 when a mutant survives that `accepted/` does not list.
 */
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ACCEPTED } from './accepted/all.ts';
import { Coverage, type Selection } from './coverage.ts';
import { Crew, Hanging } from './crew.ts';
import { type GuardedFile, guardedFiles } from './guards.ts';
import { type Mutant, mutantsOf } from './mutants.ts';
import { print, type Tally, table } from './report.ts';
import { sampled } from './sample.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const WORKERS = 2;
const MINUTES = Number(process.env['MRT_MUTATION_MINUTES'] || 25);

const wanted = process.argv.slice(2);
const files = [...guardedFiles(ROOT)].filter(
  ([file, { guard }]) => wanted.length === 0 || wanted.some((word) => word === guard || file.includes(word)),
);
const late = Date.now() + MINUTES * 60_000;
const folder = process.env['MRT_MUTATION_FOLDER'] || mkdtempSync(join(tmpdir(), 'mrt-mutation-'));
const crew = new Crew(ROOT, [...guardedFiles(ROOT).keys()], WORKERS);

const started = Date.now();
const seconds = () => `${Math.round((Date.now() - started) / 1000)} s`;
try {
  const coverage = await countTests();
  print(`counted what each test reaches: ${seconds()}`);
  const isGood = await tryMutants(coverage);
  print(`in all: ${seconds()}`);
  process.exitCode = isGood ? 0 : 1;
} finally {
  await crew.close();
  if (!process.env['MRT_MUTATION_FOLDER']) rmSync(folder, { recursive: true, force: true });
}

/** Runs every test file once; what a folder that was kept has already is taken from there. */
async function countTests(): Promise<Coverage> {
  const reached = join(folder, 'reached');
  mkdirSync(reached, { recursive: true });
  let testFiles: string[] = [];
  await crew.share([1], async (_, ask) => {
    testFiles = ((await ask({ kind: 'list' })) as { testFiles: string[] }).testFiles;
  });
  // A part of the code is held by the tests of that part: a function's code by no test of the template.
  const counted = testFiles.filter((testFile) =>
    files.some(([file, { tests }]) => tests?.has(testFile) ?? testFile.startsWith(`test/${file.split('/')[0]}/`)),
  );
  const kept = Coverage.read(ROOT, reached);
  await crew.share(
    counted.filter((file) => !kept.has(file)),
    async (testFile, ask) => {
      const reply = (await ask({ kind: 'count', testFile, folder: reached })) as { isGood: boolean };
      if (!reply.isGood) print(`${testFile} fails before anything is broken`);
    },
  );
  return Coverage.read(ROOT, reached);
}

async function tryMutants(coverage: Coverage): Promise<boolean> {
  const accepted = new Set(ACCEPTED.flatMap(({ mutants }) => mutants.map((mutant) => mutant.join('\n'))));
  const seen = new Set<string>();
  const tallies = new Map<string, Tally>();
  const survivors: Mutant[] = [];
  const lastNoticed = new Map<string, string>();
  const work: { mutant: Mutant; tests: GuardedFile['tests']; tally: Tally }[] = [];
  for (const [file, { guard, most, tests }] of files) {
    const tally = tallies.get(guard) ?? { all: 0, mutants: 0, noticed: 0, accepted: 0, survived: 0, untried: 0 };
    tallies.set(guard, tally);
    const all = mutantsOf(file, readFileSync(join(ROOT, file), 'utf8'));
    tally.all += all.length;
    for (const mutant of all) seen.add(nameOf(mutant));
    for (const mutant of sampled(all, most)) {
      tally.mutants += 1;
      if (accepted.has(nameOf(mutant))) tally.accepted += 1;
      else work.push({ mutant, tests, tally });
    }
  }
  let done = 0;
  const progress = setInterval(() => print(`${done} of ${work.length} tried: ${seconds()}`), 60_000).unref();
  await crew.share(work, async ({ mutant, tests, tally }, ask) => {
    done += 1;
    if (Date.now() > late) {
      tally.untried += 1;
      return;
    }
    const selections = coverage.testsOf(mutant).filter(({ testFile }) => tests?.has(testFile) ?? true);
    const noticedBy = await attempt(mutant, ordered(selections, lastNoticed.get(mutant.file)), ask);
    const result = JSON.stringify([mutant.file, mutant.line, mutant.after, noticedBy]);
    appendFileSync(join(folder, 'results.jsonl'), `${result}\n`);
    if (noticedBy !== null) {
      tally.noticed += 1;
      lastNoticed.set(mutant.file, noticedBy);
      return;
    }
    tally.survived += 1;
    survivors.push(mutant);
    print(`${mutant.file}:${mutant.line}\n  - ${mutant.before}\n  + ${mutant.after}`);
  });
  clearInterval(progress);
  const gone = [...accepted].filter((name) => !seen.has(name) && files.some(([file]) => name.startsWith(`${file}\n`)));
  for (const name of gone) print(`accepted/ lists what the code does not have: ${name.replaceAll('\n', ' | ')}`);
  print(table(tallies));
  const untried = [...tallies.values()].reduce((sum, tally) => sum + tally.untried, 0);
  return survivors.length === 0 && gone.length === 0 && untried === 0;
}

type Ask = Parameters<Parameters<Crew['share']>[1]>[1];

/** Who noticed: a test file, or the clock; `null` for nobody. */
async function attempt(mutant: Mutant, selections: Selection[], ask: Ask): Promise<string | null> {
  if (selections.length === 0) return null;
  try {
    return ((await ask({ kind: 'try', mutant, selections })) as { noticedBy: string | null }).noticedBy;
  } catch (error) {
    if (error instanceof Hanging) return 'the clock';
    throw error;
  }
}

/** What noticed the mutant before in the same file goes first. */
function ordered(selections: Selection[], first: string | undefined): Selection[] {
  return selections.toSorted((a, b) => Number(b.testFile === first) - Number(a.testFile === first));
}

function nameOf({ file, before, after }: Mutant): string {
  return [file, before, after].join('\n');
}
