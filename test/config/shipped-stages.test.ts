/** The configurations that are shipped: examples to copy, and stages to try with `MRT_CONFIG=… npm start`. */
import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseConfig } from '../../config/read.ts';

const FILES = globSync('config/*.json').filter((file) => !file.endsWith('schema.json'));

test.each(FILES)('%s is valid, and names its schema for editors', (file) => {
  const content = JSON.parse(readFileSync(file, 'utf8'));
  expect(content.$schema).toBe('./schema.json');
  expect(parseConfig(content).stage).toBe(content.stage);
});

test('there are stages for tenants and for pipelines', () => {
  expect(FILES).toEqual(expect.arrayContaining(['config/banks.json', 'config/pipelines.json']));
});
