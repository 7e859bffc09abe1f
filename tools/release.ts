/**
 * `npm run release -- <version>`: looks whether this commit can be released, then writes the version everywhere that it
 * stands, moves what CHANGELOG.md calls unreleased under it, commits, and tags. It pushes nothing.
 */
import { execFileSync } from 'node:child_process';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { unreleased, withRelease } from './changelog.ts';

/** What decides whether a version may be released. */
export interface ReleaseState {
  /** Lines of `git status --porcelain`: what is not committed. */
  changes: readonly string[];
  /** Tags of earlier releases: `v0.1.0`. */
  tags: readonly string[];
  changelog: string;
}

/** Why the version cannot be released, in words; empty when it can. Versions: https://semver.org/, without suffix. */
export function releaseFaults(version: string, { changes, tags, changelog }: ReleaseState): string[] {
  const faults: string[] = [];
  const numbers = numbersOf(version);
  if (numbers === null) faults.push(`${version} is no version such as 1.2.3`);
  else if (tags.some((tag) => isAtLeast(numbersOf(tag.slice(1)) ?? [], numbers))) {
    faults.push(`${version} is not above every release so far: ${tags.join(', ')}`);
  }
  if (changes.length > 0) faults.push(`not everything is committed:\n${changes.join('\n')}`);
  if (unreleased(changelog) === '') faults.push('CHANGELOG.md says nothing under "## Unreleased"');
  return faults;
}

/**
 * Makes the release in a clone.
 *
 * @param directory the clone
 * @param generate rewrites the files that name the version (`npm run generate`)
 * @throws Error with every fault; nothing is changed then
 */
export function release(directory: string, version: string, date: string, generate: () => void): void {
  const git = (...words: string[]) => execFileSync('git', words, { cwd: directory, encoding: 'utf8' });
  const file = (name: string) => join(directory, name);
  const changelog = readFileSync(file('CHANGELOG.md'), 'utf8');
  const state = { changes: lines(git('status', '--porcelain')), tags: lines(git('tag', '--list', 'v*')), changelog };
  const faults = releaseFaults(version, state);
  if (faults.length > 0) throw new Error(`${version} cannot be released:\n${faults.join('\n')}`);

  const folders = workspaces(directory);
  for (const folder of ['', ...folders])
    editJson(file(join(folder, 'package.json')), (manifest) => ({ ...manifest, version }));
  editJson(file('package-lock.json'), ({ packages = {}, ...lock }) => ({
    ...lock,
    version,
    packages: Object.fromEntries(
      Object.entries(packages).map(([folder, entry]) => [
        folder,
        ['', ...folders].includes(folder) ? { ...entry, version } : entry,
      ]),
    ),
  }));
  writeFileSync(file('CHANGELOG.md'), withRelease(changelog, version, date));
  generate();
  git('commit', '--all', '--message', `Release ${version}`);
  // Headings of the section begin with `#`, which would be comments.
  git(
    'tag',
    '--annotate',
    `v${version}`,
    '--cleanup=verbatim',
    '--message',
    `${version}\n\n${unreleased(changelog)}\n`,
  );
}

/**
 * Folders of the packages that are released with the project, as package-lock.json calls them: `packages/cli`.
 * Source: https://docs.npmjs.com/cli/using-npm/workspaces
 */
function workspaces(directory: string): string[] {
  const { workspaces: patterns = [] }: PackageFile = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
  return globSync(
    patterns.map((pattern) => `${pattern}/package.json`),
    { cwd: directory },
  ).map((path) => dirname(path).replaceAll('\\', '/'));
}

/** package.json, or package-lock.json, which has each package by its folder, and the project by an empty one. */
interface PackageFile {
  version?: string;
  workspaces?: string[];
  packages?: Record<string, { version?: string }>;
}

function editJson(path: string, edit: (content: PackageFile) => PackageFile): void {
  writeFileSync(path, `${JSON.stringify(edit(JSON.parse(readFileSync(path, 'utf8'))), null, 2)}\n`);
}

function lines(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}

/** `1.10.0` → [1, 10, 0]; `null`: no version. */
function numbersOf(version: string): number[] | null {
  return /^(0|[1-9]\d*)(\.(0|[1-9]\d*)){2}$/.test(version) ? version.split('.').map(Number) : null;
}

/** 1.10.0 is at least 1.9.3: the first part that differs decides. */
function isAtLeast(left: readonly number[], right: readonly number[]): boolean {
  const index = right.findIndex((part, place) => part !== left[place]);
  return index === -1 || (left[index] ?? -1) > (right[index] ?? -1);
}

if (import.meta.main) {
  const version = process.argv[2] ?? '';
  try {
    release(process.cwd(), version, new Date().toISOString().slice(0, 10), () => {
      execFileSync('npm', ['run', 'generate'], { stdio: 'inherit' });
    });
    process.stdout.write(`v${version} is tagged. To publish it: git push --follow-tags\n`);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
