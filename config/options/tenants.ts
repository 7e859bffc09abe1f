/** Tenants: companies whose callers see their own environments and nothing else of the stage. docs/tenants.md */
import * as z from 'zod';
import { selectorFault } from '../../lambdas/selector.ts';
import { name } from '../names.ts';

const selector = z.string().superRefine((text, context) => {
  const fault = selectorFault(text);
  if (fault !== null) context.addIssue({ code: 'custom', message: fault });
});

/** Who is whose: names out of `callers`, and of the Airflow gateway's own callers. */
const callers = z.strictObject({
  clients: z.array(name).default([]),
  groups: z.array(name).default([]),
  pipelines: z.array(name).optional().describe('Names out of airflow.pipelines.'),
  roles: z.array(name).optional().describe('Names out of airflow.roles.'),
});

const environments = z
  .array(selector)
  .default([])
  .describe('Names, patterns (bank-a-*), labels (bank:a) or both. Each environment has one owner.');

const tenant = z.strictObject({
  environments,
  callers: callers.prefault({}),
  provider: z
    .string()
    .optional()
    .describe('A name out of people.providers, of this tenant alone: its people come by it and by no other way.'),
  isolation: z
    .enum(['roles', 'rights'])
    .default('roles')
    .describe("roles: its data is read with a role of its own alone, by IAM; rights: by the functions' own roles."),
  database_user: z
    .string()
    .regex(/^[a-z_][a-z0-9_]{0,62}$/, 'must be a PostgreSQL role name in lower case')
    .optional()
    .describe("The database role that reads this tenant's databases. Default: the server's."),
});

/** Its name stands in the name of its role, `mrt-<stage>-tenant-<name>`, of 64 characters at most (IAM quotas). */
const tenantName = name
  .max(32, 'a name of a tenant has 32 characters at most')
  .refine((text) => text !== 'operator', 'must not be operator, which is the owner of what belongs to no tenant');

export const tenants = z
  .record(tenantName, tenant)
  .refine((all) => Object.keys(all).length > 0, 'must have one at least, or be left out')
  .describe('Left out: the stage has one owner, and a caller sees what its entry names.');

export const operator = z
  .strictObject({ environments, callers: callers.prefault({}) })
  .describe('What belongs to no tenant, and who sees across all of them. Goes with tenants.');
