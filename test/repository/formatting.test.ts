/** The formatter minds the project's files, and leaves alone what a company puts beside them. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const UGLY = '{"stage":"mine",   "account":"111122223333"}';
const NEAT = '{ "stage": "mine", "account": "111122223333" }\n';

/** Whether the project's own settings accept a folder `config` with these files. */
function accepts(files: Record<string, string>): boolean {
  const directory = mkdtempSync(join(tmpdir(), 'mrt-formatting-'));
  try {
    for (const file of ['biome.json', '.gitignore']) cpSync(file, join(directory, file));
    mkdirSync(join(directory, 'config'));
    for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, 'config', name), text);
    return spawnSync(resolve('node_modules/.bin/biome'), ['format'], { cwd: directory }).status === 0;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

test('a configuration of the project is formatted', () => {
  expect(accepts({ 'example.json': NEAT })).toBe(true);
  expect(accepts({ 'example.json': UGLY })).toBe(false);
});

test('a configuration of a company may look as it likes', () => {
  expect(accepts({ 'example.json': NEAT, 'mine.json': UGLY })).toBe(true);
});
