import { defineConfig } from 'vitest/config';

/** Tests that need what npm does not bring; `.ci/deep.d` installs it and runs them. */
export default defineConfig({
  test: { include: ['test/deep/**/*.deep.ts'], globalSetup: ['test/temporary-folder.ts'], testTimeout: 60_000 },
});
