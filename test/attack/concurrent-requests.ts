/** What several callers ask at once, and how each knows its own answer. The built-in administrator is never masked. */
import { expect } from 'vitest';
import type { Json, Reply } from '../end-to-end/running-system.ts';

export interface ConcurrentRequest {
  by: 'machine' | 'pets' | 'others' | 'person';
  target: string;
  right(reply: Reply): void;
}

const both = ['shop-prod', 'shop-acc'];
export const names = (json: Json, list: string, name: string) => (json[list] as Json[]).map((one) => String(one[name]));

/**
 * Each with a check that holds for its own answer only.
 *
 * @param logins of each environment, from its own database
 */
export const concurrentRequests = (logins: Readonly<Record<string, ReadonlySet<string>>>): ConcurrentRequest[] => [
  ...both.flatMap((environment): ConcurrentRequest[] => [
    {
      by: 'machine',
      target: `/users?environment=${environment}&clear=true&fields=name&limit=50`,
      right: ({ json }) => {
        expect(json).toMatchObject({ environment, masked: false });
        for (const name of names(json, 'users', 'name')) expect(logins[environment]).toContain(name);
      },
    },
    {
      by: 'person',
      target: `/users?environment=${environment}&kind=named&fields=name&limit=50`,
      right: ({ json }) => {
        expect(json).toMatchObject({ environment, masked: true });
        for (const name of names(json, 'users', 'name')) expect(name).toMatch(/\*\*\*|^MxAdmin$/);
      },
    },
    {
      by: 'machine',
      target: `/table_size?environment=${environment}&limit=3`,
      right: ({ json }) =>
        expect(json).toMatchObject({ environment, database: { name: environment.replace('-', '_') } }),
    },
    {
      by: 'machine',
      target: `/micro_flow_constants?environment=${environment}&limit=3`,
      right: ({ json }) => expect(json).toMatchObject({ environment }),
    },
    {
      by: 'person',
      target: `/micro_flow_constants?environment=${environment}`,
      right: ({ status }) => expect(status).toBe(403),
    },
  ]),
  {
    by: 'pets',
    target: '/users?environment=pet-shop-prod&clear=true&fields=name&limit=50',
    right: ({ json }) => {
      expect(json).toMatchObject({ environment: 'pet-shop-prod', masked: false });
      for (const name of names(json, 'users', 'name')) expect(logins['pet-shop-prod']).toContain(name);
    },
  },
  {
    by: 'pets',
    target: '/table_size?environment=pet-shop-prod&limit=3',
    right: ({ json }) => expect(json).toMatchObject({ database: { name: 'pet_shop_prod' } }),
  },
  // Its file has the name, the place and the ETag of production's.
  {
    by: 'pets',
    target: '/micro_flow_constants?environment=pet-shop-prod&name=Mail.SmtpHost',
    right: ({ json }) => expect(names(json, 'constants', 'value')).toEqual(['smtp.pet-shop.example.com']),
  },
  {
    by: 'machine',
    target: '/micro_flow_constants?environment=shop-prod&name=Mail.SmtpHost',
    right: ({ json }) => expect(names(json, 'constants', 'value')).toEqual(['smtp.internal.example.com']),
  },
  { by: 'machine', target: '/users?environment=pet-shop-prod', right: ({ status }) => expect(status).toBe(404) },
  { by: 'pets', target: '/users?environment=shop-prod', right: ({ status }) => expect(status).toBe(404) },
  {
    by: 'machine',
    target: '/environments',
    right: ({ json }) =>
      expect(names(json, 'environments', 'environment')).toEqual(['etl-prod', 'shop-acc', 'shop-prod']),
  },
  {
    by: 'others',
    target: '/environments',
    right: ({ json }) => expect(names(json, 'environments', 'environment')).toEqual(['depot-prod']),
  },
  {
    by: 'others',
    target: '/bucket_size',
    right: ({ json }) => expect(names(json, 'buckets', 'bucket')).toEqual(['depot-prod-files']),
  },
  {
    by: 'machine',
    target: '/bucket_size?environment=shop-prod',
    right: ({ json }) => expect(names(json, 'buckets', 'bucket')).toEqual(['shop-prod-files']),
  },
  { by: 'others', target: '/bucket_size?environment=shop-prod', right: ({ status }) => expect(status).toBe(404) },
];
