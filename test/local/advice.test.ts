import { expect, test } from 'vitest';
import { advice } from '../../local/advice.ts';
import { AlreadyRunningError } from '../../local/run/folder-lock.ts';
import { PortTakenError } from '../../local/run/port-probe.ts';

const failure = (code: string, text: string) => Object.assign(new Error(`${code}: ${text}`), { code });

test.each<[string, unknown, string]>([
  ['a taken port', new PortTakenError(3000), 'PORT=3001 npm start'],
  ['a port of root’s', new Error('listen EACCES: permission denied 127.0.0.1:80'), 'Only root may listen'],
  ['another run', new AlreadyRunningError('42'), 'kill 42'],
  ['a full disk', failure('ENOSPC', 'no space left on device, write'), 'The disk is full'],
  ['a full disk under PostgreSQL', new Error('could not write to file: No space left on device'), 'The disk is full'],
  ['files of root’s', failure('EACCES', 'permission denied, open'), 'sudo rm -r /clone/.local'],
  ['a read-only folder', failure('EROFS', 'read-only file system, mkdir'), 'read-only file system: start from a clone'],
  ['anything else', new Error('the configuration has no machine client'), 'Logs are in /clone/.local/log.'],
])('%s has a remedy', (_, error, remedy) => {
  const words = advice(error, '/clone/.local');
  expect(words).toContain(remedy);
  expect(words).not.toMatch(/^\s+at /m);
});
