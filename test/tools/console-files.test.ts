import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { consoleFiles } from '../../tools/console-files.ts';

const outputs = {
  ConsoleBucketName: 'mrt-prod-console',
  ConsoleAddress: 'https://console.apps.example.com/',
  ApiAddress: 'https://maas-api.apps.example.com',
  TokenEndpoint: 'https://mrt-prod.auth.eu-west-1.amazoncognito.com/oauth2/token',
  PeopleClientId: 'people',
};
let build: string;
beforeEach(() => {
  build = mkdtempSync(join(tmpdir(), 'mrt-console-files-'));
  mkdirSync(join(build, 'assets'));
  for (const name of ['index.html', 'icon.svg', 'assets/index-1a2b.js', 'assets/index-3c4d.css']) {
    writeFileSync(join(build, name), name);
  }
});
afterEach(() => rmSync(build, { recursive: true, force: true }));

test('what index.html names is there before it, and it comes last', () => {
  expect(consoleFiles(build, { stage: 'prod' }, outputs).map(({ key }) => key)).toEqual([
    'assets/index-1a2b.js',
    'assets/index-3c4d.css',
    'icon.svg',
    'settings.json',
    'index.html',
  ]);
});

test('names that change with their contents are kept for ever, the others are asked for again', () => {
  const kept = Object.fromEntries(consoleFiles(build, { stage: 'prod' }, outputs).map((file) => [file.key, file]));
  expect(kept['assets/index-1a2b.js']).toMatchObject({
    contentType: 'text/javascript; charset=utf-8',
    cacheControl: 'public, max-age=31536000, immutable',
  });
  expect(kept['index.html']).toMatchObject({ contentType: 'text/html; charset=utf-8', cacheControl: 'no-cache' });
});

test('settings.json says which API and as whom, and holds no secret', () => {
  const settings = consoleFiles(build, { stage: 'prod' }, outputs).find(({ key }) => key === 'settings.json');
  expect(JSON.parse(settings?.body.toString() ?? '')).toEqual({
    api: 'https://maas-api.apps.example.com',
    token_endpoint: 'https://mrt-prod.auth.eu-west-1.amazoncognito.com/oauth2/token',
    client_id: 'people',
    stage: 'prod',
  });
});

test('a file that no console has stops it by its name', () => {
  writeFileSync(join(build, 'assets', 'left.map'), '');
  expect(() => consoleFiles(build, { stage: 'prod' }, outputs)).toThrow(
    'assets/left.map is no file that a console has',
  );
});
