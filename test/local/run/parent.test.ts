import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';

const module = new URL('../../../local/run/parent.ts', import.meta.url).href;
/** Says its process id, ends when its parent does. */
const RUN = `
  const { watchParent } = await import(${JSON.stringify(module)});
  watchParent(() => process.exit(0));
  process.stdout.write(process.pid + '\\n');
  setInterval(() => {}, 1000);`;

let parents: ChildProcess[] = [];
const runs: number[] = [];
afterEach(() => {
  for (const parent of parents) parent.kill('SIGKILL');
  parents = [];
  for (const pid of runs.splice(0)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // As it should be.
    }
  }
});

/** Starts the run under a shell that calls itself `name`; `then` is what the shell does after that. */
async function startUnder(name: string, then: string, event: string | undefined = 'start') {
  const script = `"$1" --input-type=module --eval "$2" & ${then}`;
  const { npm_lifecycle_event: _, ...environment } = process.env;
  const parent = spawn(
    'bash',
    ['-c', 'exec -a "$0" bash -c "$3" "$0" "$1" "$2"', name, process.execPath, RUN, script],
    {
      env: { ...environment, ...(event !== '' && { npm_lifecycle_event: event }) },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  parents.push(parent);
  const first = await new Promise<string>((resolve) => {
    parent.stdout
      .setEncoding('utf8')
      .once('data', resolve)
      .once('end', () => resolve(''));
  });
  const pid = Number(first);
  if (pid > 0) runs.push(pid);
  return { parent, pid };
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function endsSoon(pid: number): Promise<boolean> {
  for (let tries = 0; tries < 400 && lives(pid); tries++) await sleep(50);
  return !lives(pid);
}

test('the run goes on while npm does, and ends when npm is killed', async () => {
  const { parent, pid } = await startUnder('npm start', 'wait');
  await sleep(1_200);
  expect(lives(pid)).toBe(true);
  parent.kill('SIGKILL');
  expect(await endsSoon(pid)).toBe(true);
});

test('a run whose npm was killed before it could look does not start', async () => {
  // The shell ends at once: the run is an orphan from its first instruction on.
  const { pid } = await startUnder('npm start', 'exit');
  expect(pid === 0 || (await endsSoon(pid))).toBe(true);
});

test('without npm, whoever started it may end', async () => {
  const { parent, pid } = await startUnder('a script', 'wait', '');
  parent.kill('SIGKILL');
  await sleep(1_200);
  expect(lives(pid)).toBe(true);
});

test('under another script than start, whoever started it may be no package manager', async () => {
  const { pid } = await startUnder('a test', 'wait', 'test');
  await sleep(600);
  expect(lives(pid)).toBe(true);
});
