/** What the schema cannot see in `inventory`: each fault in words, starting with the path of its field. */
import type { Config } from '../schema.ts';

/**
 * Regular expressions that JavaScript, Athena (Java) and DuckDB (RE2) read alike: no look-around, no back reference, no
 * Unicode classes, no group with a name.
 */
const PORTABLE = /^(?:[^\\(]|\\[.\\/*+?^$()[\]{}|-]|\\[dsw]|\((?:\?:|(?!\?)))*$/;

export function* inventoryFaults(config: Config): Generator<string> {
  const { inventory, environments } = config;
  if (inventory === undefined) return;
  const configured = Object.entries(environments).flatMap(([name, { buckets = [] }]) =>
    buckets.map((bucket) => ({ name, ...bucket })),
  );
  for (const bucket of Object.keys(inventory.buckets)) {
    const uses = configured.filter((one) => one.bucket === bucket);
    if (uses.length === 0) yield `inventory.buckets.${bucket}: no environment has this bucket`;
    for (const { name, key_pattern } of uses) {
      if (environments[name]?.agent !== undefined) {
        yield `inventory.buckets.${bucket}: is read by an agent in its own account, which asks no reports`;
      }
      if (key_pattern !== undefined && !PORTABLE.test(key_pattern)) {
        yield `environments.${name}.buckets: key_pattern of ${bucket} is not one that SQL reads alike; use plain classes, groups and counts`;
      }
    }
  }
}
