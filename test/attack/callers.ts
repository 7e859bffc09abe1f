/** Callers, scopes and environments of the table of rights, and what the configuration gives each caller, written out. */

export const READ = {
  bucket_size: ['mrt/bucket_size.read'],
  table_size: ['mrt/table_size.read'],
  users: ['mrt/users.read', 'mrt/users.profile'],
  micro_flow_constants: ['mrt/micro_flow_constants.read', 'mrt/micro_flow_constants.reveal'],
  storage_audit: ['mrt/storage_audit.read'],
} as const;
export const ALL: string[] = Object.values(READ).flat();
export const ENVIRONMENTS = ['shop-prod', 'shop-acc', 'pet-shop-prod', 'depot-prod', 'etl-prod', 'nowhere'];

/** Added to the callers of config/local.json. */
export const GROUPS = {
  'prod-readers': { scopes: ['mrt/users.read', 'mrt/table_size.read'], environments: ['stage:prod'] },
  'prod-constants': { scopes: ['mrt/micro_flow_constants.read'], environments: ['shop-prod'] },
  'acc-profilers': { scopes: ['mrt/users.profile'], environments: ['shop-acc'] },
};

export type Entries = [scopes: readonly string[], environments: string[]][];
export interface Caller {
  token: { client: string } | { person: string; claims?: { 'cognito:groups': string[] } };
  /** What the configuration gives it, written out. */
  entries: Entries;
}
const OPERATORS: Entries = [
  [
    ['mrt/bucket_size.read', 'mrt/table_size.read', 'mrt/users.read'],
    ['shop-prod', 'shop-acc'],
  ],
];
const PROD: Entries = [[GROUPS['prod-readers'].scopes, ['shop-prod', 'pet-shop-prod', 'depot-prod', 'etl-prod']]];
const ACC: Entries = [[GROUPS['acc-profilers'].scopes, ['shop-acc']]];
export const member = (...groups: string[]) => ({ person: 'nobody', claims: { 'cognito:groups': groups } });
export const CALLERS: Record<string, Caller> = {
  'the sample client': { token: { client: 'sample-client' }, entries: [[ALL, ['shop-prod', 'shop-acc', 'etl-prod']]] },
  'a client of a look-alike': { token: { client: 'pet-shop-client' }, entries: [[ALL, ['pet-shop-prod']]] },
  'a client of others': { token: { client: 'depot-client' }, entries: [[READ.bucket_size, ['depot-prod']]] },
  'a person of one group': { token: { person: 'sales-operators' }, entries: OPERATORS },
  'a person of a group by label': { token: member('prod-readers'), entries: PROD },
  'a person of two groups': { token: member('prod-readers', 'acc-profilers'), entries: [...PROD, ...ACC] },
  'a person of no group': { token: { person: 'nobody' }, entries: [] },
  'a person of groups that nobody configured': {
    token: member('sample-client', 'constructor', '__proto__', 'sales-operators ', '*'),
    entries: [],
  },
};
export const SCOPES: string[][] = [
  ...ALL.map((scope) => [scope]),
  ALL,
  [],
  ['openid', 'mrt/users.read', 'mrt/bucket_size.read'],
  [
    'mrt/users',
    'mrt/users.',
    'mrt/users.readx',
    'xmrt/users.read',
    'users.read',
    'MRT/USERS.READ',
    'mrt/*',
    'mrt/users.*',
  ],
  ['mrt/table_size.read,mrt/users.read', 'mrt/bucket_size.read\u00a0'],
];
