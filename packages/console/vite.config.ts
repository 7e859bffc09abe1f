/**
 * How the console is built: modules and styles with a hash in their names, nothing inline, so that a strict
 * Content-Security-Policy holds (docs/decisions/console.md).
 */
import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  // Relative, and index.html has a `<base>`: the same files serve under any path.
  base: './',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    // The polyfill would be an inline script.
    modulePreload: false,
    // A `data:` address is none that the policy allows.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
  },
});
