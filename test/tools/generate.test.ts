/** What follows from the code is current; what cures it stands in the message. */
import { describe, expect, test } from 'vitest';
import { generatedFiles, read } from '../../tools/generate.ts';

/** The formatter aligns tables and breaks lines. */
const unformatted = (text: string) => text.replaceAll(/\s+/g, '').replaceAll(/-{2,}/g, '-');

describe('generated files', () => {
  test.each(generatedFiles())('$path is what the code says now', ({ path, text }) => {
    const current = unformatted(read(path)) === unformatted(text);
    expect(current, `${path} is older than the code that it follows from: npm run generate`).toBe(true);
  });
});
