import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** Files that ask the whole system over HTTP. In one worker they follow each other and may share a running system. */
const SYSTEMS = ['test/end-to-end/**/*.test.ts', 'test/attack/**/*.test.ts'];
/** Files that synthesise templates: nothing of the CDK is changed by one, and importing it anew takes a second each. */
const TEMPLATES = ['test/lib/**/*.test.ts', 'test/tools/**/*.test.ts', 'test/config/**/*.test.ts'];

export default defineConfig({
  test: {
    globalSetup: ['test/temporary-folder.ts', 'test/postgres-server.ts'],
    // vitest leaves one core to itself, which on two cores would be half of the machine.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    coverage: {
      // What runs in this process. The functions of a running system are child processes, which nobody counts here.
      include: [
        'config/**/*.ts',
        'lambdas/**/*.ts',
        'lib/**/*.ts',
        'local/**/*.ts',
        'packages/**/*.ts',
        'tools/**/*.ts',
      ],
      reporter: ['text-summary'],
      // A little below what the tests without a running system reach (85.9, 86.0 and 79.3 %): new code without tests is seen, a
      // line more or less is not. Command line, recorder, canary, console and agents are tested as they ship, in processes and
      // browsers of their own.
      thresholds: { lines: 85, functions: 85, branches: 79 },
    },
    // For a machine that does ten other things too: what hangs is found all the same, and nothing fails for being slow.
    testTimeout: 90_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 20_000 } },
    projects: [
      {
        extends: true,
        test: {
          name: 'units',
          include: ['test/**/*.test.ts'],
          exclude: [...SYSTEMS, ...TEMPLATES],
        },
      },
      { extends: true, test: { name: 'templates', include: TEMPLATES, isolate: false } },
      { extends: true, test: { name: 'systems', include: SYSTEMS, isolate: false } },
    ],
  },
});
