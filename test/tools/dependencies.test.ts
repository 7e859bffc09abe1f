import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Lock, type LockEntry, licenceFaults, lockFaults } from '../../tools/dependencies.ts';

const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as Lock;
const manifest = JSON.parse(readFileSync('package.json', 'utf8'));
const lockOf = (entry: LockEntry): Lock => ({ packages: { 'node_modules/left-pad': entry } });
const sound: LockEntry = { version: '1.0.0', integrity: 'sha512-AA==', license: 'MIT' };

describe('what npm ci brings', () => {
  test('has exact versions and checksums, and comes from the registry', () => {
    expect(Object.keys(lock.packages).length).toBeGreaterThan(100);
    expect(lockFaults(lock, manifest)).toEqual([]);
  });

  test('is licensed so that it may be used here, and what ships so that it may be passed on', () => {
    expect(licenceFaults(lock)).toEqual([]);
  });

  test.each<[string, LockEntry, string]>([
    ['without a checksum', { version: '1.0.0' }, 'left-pad: has no SHA-512 checksum'],
    ['with a checksum that can be forged', { ...sound, integrity: 'sha1-AA==' }, 'left-pad: has no SHA-512 checksum'],
    [
      'from a repository',
      { ...sound, resolved: 'git+ssh://git@github.com/x/left-pad.git#main' },
      'left-pad: comes from git+ssh://git@github.com/x/left-pad.git#main',
    ],
    [
      'from somebody’s server',
      { ...sound, resolved: 'https://registry.npmjs.org.evil.example/left-pad.tgz' },
      'left-pad: comes from https://registry.npmjs.org.evil.example/left-pad.tgz',
    ],
  ])('a package %s is named', (_, entry, fault) => {
    expect(lockFaults(lockOf(entry), {})).toEqual([fault]);
  });

  test.each(['^1.0.0', '~1.0.0', '*', 'latest', 'github:x/y', '>=1'])('a version %s is named', (version) => {
    expect(lockFaults({ packages: {} }, { devDependencies: { left: version } })).toEqual([
      `left: ${version} is no exact version`,
    ]);
  });

  test.each(['MIT', '(MIT OR GPL-3.0-or-later)', 'GPL-2.0 OR Apache-2.0'])('the licence %s is good', (license) => {
    expect(licenceFaults(lockOf({ ...sound, license }))).toEqual([]);
  });

  test.each(['GPL-3.0-only', 'AGPL-3.0', 'MIT AND GPL-2.0', 'UNLICENSED', 'MPL-2.0'])(
    'the licence %s is not, in what ships',
    (license) => {
      expect(licenceFaults(lockOf({ ...sound, license }))).toEqual([`left-pad: ${license}, in what ships`]);
    },
  );

  test('no licence at all is named', () => {
    expect(licenceFaults(lockOf({ version: '1.0.0', dev: true }))).toEqual(['left-pad: no licence']);
  });

  test('a tool may be under MPL-2.0, which binds only who passes it on', () => {
    expect(licenceFaults(lockOf({ ...sound, dev: true, license: 'MPL-2.0' }))).toEqual([]);
    expect(licenceFaults(lockOf({ ...sound, dev: true, license: 'AGPL-3.0' }))).toEqual(['left-pad: AGPL-3.0']);
  });
});
