/** What follows from the code is current; what cures it stands in the message. */
import { describe, expect, test } from 'vitest';
import { generatedFiles, read } from '../../tools/generate.ts';

/** The formatter aligns tables and breaks lines; of types it also takes brackets and quotes away, and sets bars. */
function unformatted(text: string, path: string): string {
  const compact = text.replaceAll(/\s+/g, '').replaceAll(/-{2,}/g, '-');
  return path.endsWith('.ts') ? compact.replaceAll(/[()|;,"']/g, '') : compact;
}

describe('generated files', () => {
  test.each(generatedFiles())('$path is what the code says now', ({ path, text }) => {
    const current = unformatted(read(path), path) === unformatted(text, path);
    expect(current, `${path} is older than the code that it follows from: npm run generate`).toBe(true);
  });
});
