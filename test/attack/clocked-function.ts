/**
 * One instance of a function's real bundle whose clock the test sets: ahead, behind, or on by the hours that it lay
 * frozen. The process reads its offset from a file, so that it changes while the instance is warm.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { Instance } from '@mrt/local-aws/lambda/instance.ts';
import type { System } from '../../local/system.ts';
import { answerOf, type DirectAnswer, type DirectEvent, eventOf, functionOf } from './past-the-gateway.ts';

/** Runs in the instance before anything else. */
const CLOCK = (file: string) => `
import { readFileSync } from 'node:fs';
const Real = Date;
const now = () => Real.now() + Number(readFileSync(${JSON.stringify(file)}, 'utf8'));
globalThis.Date = class Date extends Real {
  constructor(...parts) { parts.length === 0 ? super(now()) : super(...parts); }
  static now() { return now(); }
};`;

export interface ClockedFunction {
  /** Milliseconds that the instance's clock is ahead. */
  setClock(offset: number): void;
  invoke(event: DirectEvent): Promise<DirectAnswer>;
  end(): void;
}

/** @param changes of the instance's environment, such as the address of an upstream */
export async function clockedFunction(
  system: System,
  route: string,
  changes: Record<string, string> = {},
): Promise<ClockedFunction> {
  const { deployed, environment } = functionOf(system, route);
  const folder = mkdtempSync(join(tmpdir(), 'mrt-clock-'));
  const file = join(folder, 'offset');
  writeFileSync(file, '0');
  writeFileSync(join(folder, 'clock.mjs'), CLOCK(file));
  const instance = new Instance({
    bundle: deployed.bundle,
    environment: { ...environment, NODE_OPTIONS: `--import ${join(folder, 'clock.mjs')}`, ...changes },
    memoryMegabytes: deployed.memoryMegabytes,
    log: new PassThrough().resume(),
    onSpawn: () => undefined,
    onExit: () => undefined,
  });
  if ((await instance.start()) !== 'ready') throw new Error(`${route} does not start`);
  instance.claim();
  let offset = 0;
  let fresh = true;
  return {
    setClock(milliseconds) {
      offset = milliseconds;
      writeFileSync(file, String(milliseconds));
    },
    async invoke(event) {
      if (!fresh && !instance.claim()) throw new Error('the instance is busy');
      fresh = false;
      // Lambda sets the deadline by the same clock; a clock behind it only sees more time.
      const deadline = Date.now() + Math.max(0, offset) + deployed.timeoutSeconds * 1000;
      const invocation = { requestId: 'clocked', functionArn: deployed.arn, traceId: '', deadline };
      return answerOf(await instance.invoke({ ...invocation, event: eventOf(event) }));
    },
    end() {
      instance.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
