import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DeployedFunction } from '@mrt/local-aws/cloudformation/deployed-functions.ts';
import { residentMegabytes } from '@mrt/local-aws/lambda/process-state.ts';
import { type FunctionOptions, RunningFunction, ThrottledError } from '@mrt/local-aws/lambda/running-function.ts';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

let directory: string;
let running: RunningFunction[];
let pids: Set<number>;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'mrt-functions-'));
  running = [];
  pids = new Set();
});

afterEach(() => {
  for (const one of running) one.stop();
  rmSync(directory, { recursive: true, force: true });
});

/** A function whose bundle is `code`. */
function functionOf(
  code: string,
  settings: Partial<DeployedFunction> = {},
  file = 'index.mjs',
  options: Partial<FunctionOptions> = {},
): RunningFunction {
  const bundle = join(directory, 'bundle');
  mkdirSync(bundle, { recursive: true });
  writeFileSync(join(bundle, file), code);
  const deployed: DeployedFunction = {
    logicalId: 'Sample',
    name: 'sample',
    arn: 'arn:aws:lambda:eu-west-1:000000000000:function:sample',
    logName: 'sample',
    roleArn: 'arn:aws:iam::000000000000:role/sample',
    handler: 'index.handler',
    bundle,
    memoryMegabytes: 256,
    timeoutSeconds: 20,
    variables: {},
    reservedConcurrency: null,
    inVpc: false,
    traced: false,
    ...settings,
  };
  const one = new RunningFunction(deployed, {
    environment: { _HANDLER: deployed.handler, LAMBDA_TASK_ROOT: bundle, COLOUR: 'green' },
    logDirectory: directory,
    processes: { add: (pid) => pids.add(pid), remove: (pid) => pids.delete(pid) },
    ...options,
  });
  running.push(one);
  return one;
}

const answerOf = async (one: RunningFunction, event: unknown = {}) => {
  const outcome = await one.invoke(JSON.stringify(event));
  return { error: outcome.error, answer: JSON.parse(outcome.payload.toString()) };
};

/** Whether the kernel says that the process is stopped. */
const isFrozen = (pid: number) => /^State:\s+T/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(10);
}

describe('a function that answers', () => {
  test('gets the event and gives its answer back', async () => {
    const one = functionOf('export const handler = async (event) => ({ twice: event.number * 2 });');
    expect(await answerOf(one, { number: 21 })).toEqual({ error: null, answer: { twice: 42 } });
  });

  test('keeps its instance, and what that instance remembers, for the next request', async () => {
    const one = functionOf('let count = 0; export const handler = async () => ++count;');
    await answerOf(one);
    expect(await answerOf(one)).toMatchObject({ answer: 2 });
    expect(one.instances).toBe(1);
  });

  test('whose frozen instance is killed starts another one for the next request, which is answered', async () => {
    const one = functionOf('export const handler = async () => process.pid;');
    const { answer: first } = await answerOf(one);
    process.kill(first, 'SIGKILL');
    const { error, answer: second } = await answerOf(one);
    expect([error, second === first]).toEqual([null, false]);
  });

  test('that is killed costs the request it was serving, and no other one', async () => {
    const one = functionOf(`export const handler = async ({ slow }) => {
      if (slow) await new Promise((resolve) => process.stdout.write('taken', () => setTimeout(resolve, 60_000)));
      return process.pid;
    };`);
    const { answer: serving } = await answerOf(one);
    const slow = answerOf(one, { slow: true });
    await until(() => readFileSync(join(directory, 'sample.log'), 'utf8').includes('taken'));
    const beside = answerOf(one);
    process.kill(serving, 'SIGKILL');
    expect(await slow).toMatchObject({ error: 'Unhandled', answer: { errorType: 'Runtime.ExitError' } });
    expect(await beside).toMatchObject({ error: null });
    expect(await answerOf(one)).toMatchObject({ error: null });
  });

  test('starts cold after a restart', async () => {
    const one = functionOf('let count = 0; export const handler = async () => ++count;');
    await answerOf(one);
    one.restart();
    expect(await answerOf(one)).toMatchObject({ answer: 1 });
  });

  test('sees the variables that it is given and none of ours', async () => {
    const one = functionOf('export const handler = async () => Object.keys(process.env).sort();');
    const { answer } = await answerOf(one);
    expect(answer).toEqual(['AWS_LAMBDA_RUNTIME_API', 'COLOUR', 'LAMBDA_TASK_ROOT', '_HANDLER', '_X_AMZN_TRACE_ID']);
  });

  test('reads that its run is recorded where it is traced, under its caller’s root or one of its own', async () => {
    const code = "export const handler = async () => process.env['_X_AMZN_TRACE_ID'];";
    const root = 'Root=1-5759e988-bd862e3fe1be46a994272793';
    const one = functionOf(code, { traced: true });
    const header = async (traceId?: string) => JSON.parse((await one.invoke('{}', traceId)).payload.toString());
    expect(await header(root)).toMatch(new RegExp(`^${root};Parent=[0-9a-f]{16};Sampled=1$`));
    expect(await header()).toMatch(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=1$/);
    const untraced = await functionOf(code).invoke('{}', root);
    expect(JSON.parse(untraced.payload.toString())).toBe(root);
  });

  test('is told its request, its ARN and the time it has left', async () => {
    const one = functionOf(
      'export const handler = async (_, context) => [context.awsRequestId, context.invokedFunctionArn, context.getRemainingTimeInMillis()];',
      { timeoutSeconds: 17 },
    );
    const { answer } = await answerOf(one);
    expect(answer[0]).toMatch(/^[0-9a-f-]{36}$/);
    expect(answer[1]).toBe('arn:aws:lambda:eu-west-1:000000000000:function:sample');
    expect(answer[2]).toBeGreaterThan(10_000);
    expect(answer[2]).toBeLessThanOrEqual(17_000);
  });

  test('may be CommonJS', async () => {
    const one = functionOf('exports.handler = async () => "common";', {}, 'index.cjs');
    expect(await answerOf(one)).toMatchObject({ answer: 'common' });
  });

  test('has its lines in its log as it wrote them', async () => {
    const one = functionOf(`export const handler = async () => { process.stdout.write('{"line":1}\\n'); };`);
    await answerOf(one);
    const log = join(directory, 'sample.log');
    await until(() => readFileSync(log, 'utf8') !== '');
    expect(readFileSync(log, 'utf8')).toBe('{"line":1}\n');
  });

  test.runIf(process.platform === 'linux')('is frozen between requests', async () => {
    const one = functionOf('export const handler = async () => process.pid;');
    const { answer: pid } = await answerOf(one);
    await until(() => isFrozen(pid));
    expect(await answerOf(one)).toMatchObject({ answer: pid });
  });
});

describe('a function whose start takes too long', () => {
  /** Waits at its start until there is a file. */
  const WAITING = `import { existsSync } from 'node:fs';
    while (!existsSync('go')) await new Promise((resolve) => setTimeout(resolve, 10));
    export const handler = async () => 'here';`;

  test('is started anew, and then has its own timeout for it', async () => {
    const started: number[] = [];
    const processes = {
      add(pid: number) {
        if (started.push(pid) === 2) writeFileSync(join(directory, 'bundle', 'go'), '');
      },
      remove: () => undefined,
    };
    const one = functionOf(WAITING, { timeoutSeconds: 60 }, 'index.mjs', { initSeconds: 0.05, processes });
    expect(await answerOf(one)).toEqual({ error: null, answer: 'here' });
    expect(started).toHaveLength(2);
    expect(await answerOf(one)).toEqual({ error: null, answer: 'here' });
    expect(started).toHaveLength(2);
  });

  test('and takes too long again is a timeout, and leaves no process', async () => {
    const one = functionOf(WAITING, { timeoutSeconds: 0.05 }, 'index.mjs', { initSeconds: 0.05 });
    const { error, answer } = await answerOf(one);
    expect(error).toBe('Unhandled');
    expect(answer).toMatchObject({ errorType: 'Sandbox.Timedout' });
    await until(() => pids.size === 0);
  });
});

describe('a function that fails', () => {
  test('gives its error in the shape of Lambda', async () => {
    const one = functionOf('export const handler = async () => { throw new TypeError("no"); };');
    expect(await answerOf(one)).toMatchObject({
      error: 'Unhandled',
      answer: { errorType: 'TypeError', errorMessage: 'no' },
    });
  });

  test('serves on after an error', async () => {
    const one = functionOf(
      'let count = 0; export const handler = async () => { if (++count === 1) throw new Error(); return count; };',
    );
    await answerOf(one);
    expect(await answerOf(one)).toEqual({ error: null, answer: 2 });
  });

  test('that cannot start says why', async () => {
    const one = functionOf('throw new Error("no settings");');
    expect(await answerOf(one)).toMatchObject({ error: 'Unhandled', answer: { errorMessage: 'no settings' } });
    await until(() => one.instances === 0);
  });

  test('that exits is a Runtime.ExitError, and the next request gets a new instance', async () => {
    const one = functionOf('export const handler = async (event) => event.die ? process.exit(1) : "alive";');
    expect(await answerOf(one, { die: true })).toEqual({
      error: 'Unhandled',
      answer: { errorType: 'Runtime.ExitError', errorMessage: 'Error: Runtime exited with error: exit status 1' },
    });
    expect(await answerOf(one)).toMatchObject({ answer: 'alive' });
  });

  test('that passes its timeout is killed', async () => {
    const one = functionOf('export const handler = () => new Promise(() => setInterval(() => {}, 1000));', {
      timeoutSeconds: 1,
    });
    const { answer } = await answerOf(one);
    expect(answer.errorMessage).toMatch(/^RequestId: \S+ Error: Task timed out after 1\.00 seconds$/);
    await until(() => pids.size === 0);
  });

  test.runIf(process.platform === 'linux')('that takes more memory than it has is killed', async () => {
    const one = functionOf(
      'const held = []; export const handler = async () => { for (;;) { held.push(Buffer.alloc(8_000_000, 1)); await new Promise((go) => setTimeout(go, 10)); } };',
      { memoryMegabytes: 160 },
    );
    const { answer } = await answerOf(one);
    expect(answer.errorMessage).toBe('Error: Runtime exited with error: signal: killed');
  });

  test('whose answer passes 6 MB is an error', async () => {
    const one = functionOf('export const handler = async () => "x".repeat(6_291_600);');
    expect(await answerOf(one)).toMatchObject({
      error: 'Unhandled',
      answer: { errorType: 'Function.ResponseSizeTooLarge' },
    });
  });
});

describe('a function under load', () => {
  const slow = 'export const handler = () => new Promise((go) => setTimeout(go, 300, process.pid));';

  test('serves one request at a time in an instance, and starts more', async () => {
    const one = functionOf(slow, { reservedConcurrency: 2 });
    const [first, second] = await Promise.all([answerOf(one), answerOf(one)]);
    expect(first.answer).not.toBe(second.answer);
  });

  test('refuses what passes its reserved concurrency', async () => {
    const one = functionOf(slow, { reservedConcurrency: 1 });
    const served = answerOf(one);
    await expect(one.invoke('{}')).rejects.toThrow(ThrottledError);
    expect((await served).error).toBeNull();
  });

  test('leaves no process when it is stopped', async () => {
    const one = functionOf(slow);
    await answerOf(one);
    expect(pids.size).toBe(1);
    one.stop();
    await until(() => pids.size === 0);
  });
});

test.runIf(process.platform === 'linux')('the memory of a process that is gone is unknown', () => {
  expect(residentMegabytes(process.pid)).toBeGreaterThan(10);
  expect(residentMegabytes(2 ** 22 + 1)).toBeUndefined();
});

describe('a function that streams', () => {
  const STREAMS = (body: string) =>
    `export const handler = awslambda.streamifyResponse(async (event, stream) => { ${body} });`;
  const WRITE = `const write = (piece) => stream.write(piece) || new Promise((go) => stream.once('drain', go));`;

  test('is read as it comes, and is free for the next when it has ended', async () => {
    const one = functionOf(STREAMS(`stream.setContentType('a/b'); stream.write('one '); stream.end(event.word)`));
    for (const word of ['two', 'three']) {
      const { error, stream } = await one.invokeWithResponseStream(JSON.stringify({ word }));
      expect([error, (await buffer(stream as Readable)).toString()]).toEqual([null, `one ${word}`]);
      await vi.waitFor(() => expect([...pids].every(isFrozen)).toBe(true), 20_000);
    }
    expect(one.instances).toBe(1);
  });

  test('writes no faster than it is read, in a memory that does not grow', async () => {
    const one = functionOf(
      STREAMS(`${WRITE} for (let i = 0; i < 60; i++) { await write(Buffer.alloc(1024 * 1024)) } stream.end()`),
    );
    const { stream } = await one.invokeWithResponseStream('{}');
    const [pid = 0] = pids;
    let bytes = 0;
    let most = 0;
    for await (const piece of stream as AsyncIterable<Buffer>) {
      bytes += piece.length;
      if (bytes % (1024 * 1024) === 0) most = Math.max(most, residentMegabytes(pid) ?? 0);
    }
    expect(bytes).toBe(60 * 1024 * 1024);
    expect(most).toBeGreaterThan(20);
    expect(most).toBeLessThan(120);
  });

  test('is gathered where it is invoked without a stream, up to Lambda’s 6 MB', async () => {
    const whole = functionOf(STREAMS(`stream.write('{"a":'); stream.end('1}')`));
    expect(await answerOf(whole)).toEqual({ error: null, answer: { a: 1 } });
    const large = functionOf(STREAMS(`stream.end(Buffer.alloc(7_000_000))`));
    expect((await answerOf(large)).answer.errorType).toBe('Function.ResponseSizeTooLarge');
  });

  test('breaks off where the handler fails, takes too long, or is killed in the midst of it', async () => {
    for (const [body, settings] of [
      [`stream.write('half'); throw new TypeError('no more')`, {}],
      [`stream.write('half'); await new Promise(() => setTimeout(() => {}, 60_000))`, { timeoutSeconds: 1 }],
      [`stream.write('half'); setTimeout(() => process.exit(1), 50); await new Promise(() => {})`, {}],
    ] as const) {
      const { stream } = await functionOf(STREAMS(body), settings).invokeWithResponseStream('{}');
      await expect(buffer(stream as Readable)).rejects.toThrow();
    }
  });

  test('goes on where nobody reads any more, and then serves the next', async () => {
    const one = functionOf(
      STREAMS(`${WRITE} for (let i = 0; i < 8; i++) await write(Buffer.alloc(1024 * 1024)); stream.end()`),
    );
    const { stream } = await one.invokeWithResponseStream('{}');
    stream?.destroy();
    await vi.waitFor(() => expect([...pids].every(isFrozen)).toBe(true), 20_000);
    const again = await one.invokeWithResponseStream('{}');
    expect((await buffer(again.stream as Readable)).length).toBe(8 * 1024 * 1024);
    expect(one.instances).toBe(1);
  });
});
