/** Tests over the code without one control, which `MRT_CONTROL` names by its place; nothing is written into the tree. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { CONTROLS } from './controls.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const control = CONTROLS[Number(process.env['MRT_CONTROL'] ?? Number.NaN)];

export default defineConfig({
  plugins: [
    {
      name: 'taken-out',
      enforce: 'pre',
      load(id) {
        if (control === undefined || id !== join(root, control.file)) return null;
        const source = readFileSync(id, 'utf8');
        if (source.split(control.taken).length !== 2)
          throw new Error(`${control.name}: ${control.file} has it not once`);
        return source.replace(control.taken, () => control.left);
      },
    },
  ],
  test: { root, include: ['test/**/*.test.ts'], fsModuleCache: false, testTimeout: 60_000, hookTimeout: 120_000 },
});
