/** The tests that run in the process of vitest: those of the functions' code, of the template and of the configuration. */
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: fileURLToPath(new URL('../..', import.meta.url)),
    globalSetup: ['test/temporary-folder.ts', 'test/postgres-server.ts'],
    setupFiles: ['test/mutation/reached.ts'],
    include: ['test/{lambdas,lib}/**/*.test.ts'],
    maxWorkers: 1,
    // It knows a module by its file on the disk, which is not what runs here.
    fsModuleCache: false,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
