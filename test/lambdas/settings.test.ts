import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { parseConfig } from '../../config/read.ts';
import { readVariables } from '../../lambdas/http/variables.ts';
import { parseKeyObject } from '../../lambdas/keys/object.ts';
import { routes } from '../../lambdas/routes.ts';
import { parseSettings } from '../../lambdas/settings.ts';
import { readSettings } from '../../lambdas/settings-file.ts';
import { settingsOf } from '../../lib/functions/settings.ts';
import { configFile } from '../lib/template.ts';
import { settings } from './http/small-route.ts';

const directory = mkdtempSync(join(tmpdir(), 'mrt-settings-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe('settings.json', () => {
  test.each(routes.map((route) => [route.name, route] as const))('of %s is read as synthesis writes it', (_, route) => {
    const written = settingsOf(route, parseConfig(configFile('example')), routes);
    expect(parseSettings(JSON.stringify(written))).toEqual(written);
  });

  test.each([
    ['settings.json is not JSON', '{'],
    ['settings.json is malformed at its top', 'null'],
    ['settings.json is malformed at stage', JSON.stringify({ ...settings, stage: undefined })],
    [
      'settings.json is malformed at limits.reason_required',
      JSON.stringify({ ...settings, limits: { ...settings.limits, reason_required: 'no' } }),
    ],
    ['settings.json is malformed at its top', JSON.stringify({ ...settings, more: 1 })],
  ])('that is wrong says where: %s', (message, text) => {
    expect(() => parseSettings(text)).toThrow(message);
  });

  test('names the field and no value', () => {
    const wrong = {
      ...settings,
      callers: { clients: { 'etl-client': { scopes: ['hunter2'], environments: [] } }, groups: {} },
    };
    expect(() => parseSettings(JSON.stringify(wrong))).toThrow('malformed at callers.clients.etl-client.scopes.0');
    expect(() => parseSettings(JSON.stringify(wrong))).not.toThrow('hunter2');
  });

  test('that is not in the bundle is named', () => {
    expect(() => readSettings(directory)).toThrow('settings.json is missing from the bundle');
    writeFileSync(join(directory, 'settings.json'), '[]');
    expect(() => readSettings(directory)).toThrow('settings.json is malformed');
  });
});

describe('the environment variables', () => {
  const good = { MRT_USER_POOL_ID: 'eu-west-1_a', MRT_CLIENTS: '{"id1":"reader"}', MRT_KEY_BUCKET: 'keys' };

  test('are read', () => {
    expect(readVariables(good)).toEqual({
      userPoolId: 'eu-west-1_a',
      clients: new Map([['id1', 'reader']]),
      keyBucket: 'keys',
    });
  });

  test.each([
    ['MRT_USER_POOL_ID', ''],
    ['MRT_KEY_BUCKET', undefined],
    ['MRT_CLIENTS', undefined],
    ['MRT_CLIENTS', '{'],
    ['MRT_CLIENTS', '["reader"]'],
    ['MRT_CLIENTS', '{"id1":7}'],
  ])('%s as %j is named', (name, value) => {
    expect(() => readVariables({ ...good, [name]: value })).toThrow(name);
  });
});

describe('keys.json', () => {
  const key = { version: 'v1', key: Buffer.alloc(32, 1).toString('base64'), created: '2026-01-01T00:00:00.000Z' };
  const keys = { schema_version: 1, cursor: { current: key, previous: null }, fingerprint: key, identity: key };

  test('is read by the functions as the publisher reads it', () => {
    expect(parseKeyObject(JSON.stringify(keys))).toEqual(keys);
  });

  test('of a newer release keeps what this one does not know', () => {
    const newer = { ...keys, answers: { ...key, algorithm: 'ES256' } };
    expect(parseKeyObject(JSON.stringify(newer))).toEqual(newer);
  });

  test.each([
    ['another schema', { ...keys, schema_version: 2 }],
    ['no identity key', { ...keys, identity: undefined }],
    ['a short key', { ...keys, fingerprint: { ...key, key: Buffer.alloc(16).toString('base64') } }],
    ['an empty key', { ...keys, fingerprint: { ...key, key: '' } }],
    ['a version of zero', { ...keys, identity: { ...key, version: 'v0' } }],
    ['no current cursor key', { ...keys, cursor: { previous: key } }],
  ])('with %s is malformed for both, and the message holds no key', (_, wrong) => {
    expect(() => parseKeyObject(JSON.stringify(wrong))).toThrow('keys.json in the key bucket is malformed');
    expect(() => parseKeyObject(JSON.stringify(wrong))).not.toThrow(key.key);
  });
});
