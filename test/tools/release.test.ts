import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { release, releaseFaults } from '../../tools/release.ts';

const CHANGELOG = '# Changelog\n\n## Unreleased\n\n### Added\n\n- Tables.\n\n## 0.1.0 - 2026-01-01\n\n- Buckets.\n';
const sound = { changes: [], tags: ['v0.1.0', 'v0.9.0'], changelog: CHANGELOG };

describe('a version can be released', () => {
  test.each(['0.9.1', '0.10.0', '1.0.0'])('%s, above all releases so far', (version) => {
    expect(releaseFaults(version, sound)).toEqual([]);
  });

  test.each(['0.9.0', '0.8.9', '0.1.1', '0.0.1'])('not %s, which is not', (version) => {
    expect(releaseFaults(version, sound)).toEqual([`${version} is not above every release so far: v0.1.0, v0.9.0`]);
  });

  test.each(['', '1', '1.0', 'v1.0.0', '1.0.0-rc.1', '01.0.0', '1.0.0; rm -rf /'])('not %j', (version) => {
    expect(releaseFaults(version, sound)).toEqual([`${version} is no version such as 1.2.3`]);
  });

  test('not with changes that are not committed', () => {
    expect(releaseFaults('1.0.0', { ...sound, changes: [' M README.md'] })).toEqual([
      'not everything is committed:\n M README.md',
    ]);
  });

  test('not when nothing is told of it', () => {
    const changelog = '# Changelog\n\n## Unreleased\n\n## 0.1.0 - 2026-01-01\n\n- Buckets.\n';
    expect(releaseFaults('1.0.0', { ...sound, changelog })).toEqual([
      'CHANGELOG.md says nothing under "## Unreleased"',
    ]);
  });
});

describe('a release', () => {
  let directory: string;
  const git = (...words: string[]) => execFileSync('git', words, { cwd: directory, encoding: 'utf8' }).trim();
  const read = (name: string) => readFileSync(join(directory, name), 'utf8');

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'mrt-release-'));
    writeFileSync(join(directory, 'package.json'), '{ "name": "x", "version": "0.1.0", "type": "module" }');
    writeFileSync(
      join(directory, 'package-lock.json'),
      '{ "version": "0.1.0", "packages": { "": { "version": "0.1.0" } } }',
    );
    writeFileSync(join(directory, 'CHANGELOG.md'), CHANGELOG);
    git('init', '--quiet');
    git('config', 'user.name', 'Test');
    git('config', 'user.email', 'test@example.com');
    git('add', '.');
    git('commit', '--quiet', '--message', 'Start');
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  test('writes the version wherever it stands, in one commit with a tag that tells what is new', () => {
    release(directory, '0.2.0', '2026-11-26', () => undefined);
    expect(JSON.parse(read('package.json'))).toEqual({ name: 'x', version: '0.2.0', type: 'module' });
    expect(JSON.parse(read('package-lock.json'))).toEqual({ version: '0.2.0', packages: { '': { version: '0.2.0' } } });
    expect(read('CHANGELOG.md')).toContain('## Unreleased\n\n## 0.2.0 - 2026-11-26\n\n### Added\n\n- Tables.\n');
    expect(git('log', '--format=%s')).toBe('Release 0.2.0\nStart');
    expect(git('tag', '--list', '--format=%(contents)', 'v0.2.0')).toBe('0.2.0\n\n### Added\n\n- Tables.');
  });

  test('is also one of the packages in it, and of nothing that they depend on', () => {
    const manifest = { workspaces: ['packages/*'], version: '0.1.0' };
    const dependency = { version: '0.1.0', dev: true };
    const packages = { '': { version: '0.1.0' }, 'packages/cli': { version: '0.1.0' }, 'node_modules/a': dependency };
    mkdirSync(join(directory, 'packages/cli'), { recursive: true });
    writeFileSync(join(directory, 'package.json'), JSON.stringify(manifest));
    writeFileSync(join(directory, 'package-lock.json'), JSON.stringify({ version: '0.1.0', packages }));
    writeFileSync(join(directory, 'packages/cli/package.json'), '{ "name": "@mrt/cli", "version": "0.1.0" }');
    git('add', '.');
    git('commit', '--quiet', '--message', 'A package');
    release(directory, '0.2.0', '2026-11-26', () => undefined);
    expect(JSON.parse(read('packages/cli/package.json'))).toEqual({ name: '@mrt/cli', version: '0.2.0' });
    expect(JSON.parse(read('package-lock.json'))).toEqual({
      version: '0.2.0',
      packages: { '': { version: '0.2.0' }, 'packages/cli': { version: '0.2.0' }, 'node_modules/a': dependency },
    });
    expect(git('status', '--porcelain')).toBe('');
  });

  test('is refused without changing anything', () => {
    expect(() => release(directory, '0.1', '2026-11-26', () => undefined)).toThrow('0.1 is no version');
    expect(git('status', '--porcelain')).toBe('');
    expect(git('tag')).toBe('');
  });

  test('comes after the generated files are written, so that they are in it', () => {
    release(directory, '0.2.0', '2026-11-26', () => {
      const { version } = JSON.parse(read('package.json'));
      writeFileSync(join(directory, 'CHANGELOG.md'), `${read('CHANGELOG.md')}generated for ${version}\n`);
    });
    expect(git('show', 'v0.2.0:CHANGELOG.md')).toContain('generated for 0.2.0');
    expect(git('status', '--porcelain')).toBe('');
  });
});
