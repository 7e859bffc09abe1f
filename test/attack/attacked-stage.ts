/**
 * The configuration of files that need a system of their own with more callers than `npm start` has. One for all of them:
 * synthesis is most of a start, and gives the same for the same configuration.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Json } from '../end-to-end/running-system.ts';
import { GROUPS } from './callers.ts';

/** The origin of a console that may ask from a browser. */
export const CONSOLE_ORIGIN = 'https://console.example.com';
export const FLEET_SCOPES = [
  'mrt/bucket_size.read',
  'mrt/table_size.read',
  'mrt/users.read',
  'mrt/micro_flow_constants.read',
  'mrt/storage_audit.read',
];
/** Groups that read all or a part of one environment. */
const FLEET_GROUPS = {
  acc: { scopes: FLEET_SCOPES, environments: ['shop-acc'] },
  prod: { scopes: FLEET_SCOPES, environments: ['shop-prod'] },
  'acc-users': { scopes: ['mrt/users.read'], environments: ['shop-acc'] },
  'prod-tables': { scopes: ['mrt/table_size.read'], environments: ['shop-prod'] },
};

/** Writes config/local.json with these callers and origin into `directory`. @returns the file */
export function attackedStage(directory: string): string {
  const config = JSON.parse(readFileSync('config/local.json', 'utf8')) as { callers: { groups: Json } };
  Object.assign(config.callers.groups, GROUPS, FLEET_GROUPS);
  const file = join(directory, 'config.json');
  writeFileSync(file, JSON.stringify({ ...config, cors: { origins: [CONSOLE_ORIGIN] } }));
  return file;
}
