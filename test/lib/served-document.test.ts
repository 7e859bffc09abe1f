import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseConfig } from '../../config/read.ts';
import { servedDocument } from '../../lib/functions/served-document.ts';
import { configFile } from './template.ts';

const text = readFileSync('docs/openapi.json', 'utf8');
const served = (name: 'example' | 'example-new' | 'example-options', address: string | null = null) =>
  JSON.parse(servedDocument(text, address, parseConfig(configFile(name))));

test('a stage serves the document of what it has: no path, scope or schema of an option that is off', () => {
  for (const name of ['example', 'example-new'] as const) {
    expect(JSON.stringify(served(name))).not.toMatch(/airflow/i);
  }
  expect(Object.keys(served('example').paths)).toContain('/metrics');
  expect(Object.keys(served('example-new').paths)).not.toContain('/metrics');
  const { security } = served('example').paths['/environments'].get;
  expect(security).toContainEqual({ cognito: ['mrt/users.read'] });
});

test('with an option it has what the option brings, and the address of the stage', () => {
  const document = served('example-options', 'https://maas-api.apps.example.com');
  const { servers, ...whole } = JSON.parse(text);
  expect(servers).toBeDefined();
  expect(document).toEqual({ ...whole, servers: [{ url: 'https://maas-api.apps.example.com' }] });
});
